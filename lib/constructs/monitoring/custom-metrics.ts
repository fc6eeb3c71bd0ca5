import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { MetricName } from '#core/metric-name.ts';
import { JobId } from '#core/runs/run.ts';
import { MetricNotEmittedError } from '#lib/errors.ts';

/** Who emits: a folder in `functions/`, which is the `service` of its metrics. */
export type Service =
  | 'skill-sync'
  | 'rating-sync'
  | 'cache-cleanup'
  | 'rating-upload'
  | 'realtime-feed'
  | 'token-rotation'
  | 'ticket-sync'
  | 'ticket-analysis'
  | 'ticket-issues'
  | 'admin-api';

/**
 * The services that end runs, with the ids of the jobs: the metrics of a run have it as the dimension `job`. A run of
 * the tickets that goes on to another function ends there.
 */
export const JOBS_OF = {
  'skill-sync': [JobId.skillSync],
  'rating-sync': [JobId.ratingSync],
  'cache-cleanup': [JobId.cacheCleanup],
  'ticket-sync': [JobId.ticketSync, JobId.dailySync],
  'ticket-analysis': [JobId.ticketSync, JobId.dailySync, JobId.ticketAnalysis],
  'ticket-issues': [
    JobId.ticketSync,
    JobId.dailySync,
    JobId.ticketAnalysis,
    JobId.ticketConsolidate,
    JobId.ticketRetention,
  ],
} as const satisfies Partial<Record<Service, readonly [JobId, ...JobId[]]>>;

type JobService = keyof typeof JOBS_OF;
const JOBS: readonly JobService[] = [
  'skill-sync',
  'rating-sync',
  'cache-cleanup',
  'ticket-sync',
  'ticket-analysis',
  'ticket-issues',
];

type Emission = {
  readonly by: readonly Service[];
  /** Whether `job` is a dimension beside `service`. */
  readonly job?: true;
};

/**
 * Who emits which metric under which dimensions. CloudWatch keeps a metric for each set of dimensions and answers
 * a question for any other set with silence, so everything that reads a metric asks here; tests hold the table
 * against what the functions write.
 */
export const EMITTED = {
  RunSuccess: { by: JOBS, job: true },
  RunFailure: { by: JOBS, job: true },
  RunDuration: { by: JOBS, job: true },
  MarketplaceUnavailable: { by: ['skill-sync', 'rating-sync'], job: true },
  MassRemovalRefused: { by: ['skill-sync'], job: true },
  CachedSkills: { by: ['skill-sync'], job: true },
  CachedCategories: { by: ['skill-sync'], job: true },
  RatingsPending: { by: ['rating-sync'], job: true },
  FailedUploads: { by: ['rating-sync'], job: true },
  ConflictsDetected: { by: ['skill-sync', 'realtime-feed'] },
  ConflictsResolved: { by: ['skill-sync', 'realtime-feed'] },
  ConflictsUnresolved: { by: ['skill-sync'] },
  RatingsUploaded: { by: ['rating-upload'] },
  RatingUploadErrors: { by: ['rating-upload'] },
  FeedConnected: { by: ['realtime-feed'] },
  FeedDisabled: { by: ['realtime-feed'] },
  FeedReconnects: { by: ['realtime-feed'] },
  FeedMessages: { by: ['realtime-feed'] },
  FeedRejected: { by: ['realtime-feed'] },
  FeedLatency: { by: ['realtime-feed'] },
  RotationSucceeded: { by: ['token-rotation'] },
  RotationFailed: { by: ['token-rotation'] },
  TicketsSynced: { by: ['ticket-sync'] },
  TicketCursorAge: { by: ['ticket-sync'] },
  TicketsAnalysed: { by: ['ticket-analysis'] },
  TicketAnalysesFailed: { by: ['ticket-analysis'] },
  TicketBudgetExhausted: { by: ['ticket-analysis'] },
  IncidentsOpen: { by: ['ticket-issues'] },
  IssuesOpen: { by: ['ticket-issues'] },
  DeniedRequests: { by: ['admin-api'] },
  FailedRequests: { by: ['admin-api'] },
  LostAuditRecords: { by: ['admin-api'] },
} as const satisfies Record<MetricName, Emission>;

/** A metric that a healthy installation sends whatever happens. */
export type RegularMetric = {
  readonly service: Service;
  readonly name: MetricName;
  /** In how many hours of a day: CloudWatch bills a metric for each hour in which it is sent. */
  readonly hoursADay: number;
};

/**
 * What a healthy installation of default intervals sends whatever happens, of the services that it has. Every other
 * metric is sent only when there is something to tell, so that it costs nothing until then.
 */
export const SENT_WHILE_HEALTHY: readonly RegularMetric[] = [
  { service: 'skill-sync', name: 'RunDuration', hoursADay: 24 },
  { service: 'rating-sync', name: 'RunDuration', hoursADay: 24 },
  { service: 'realtime-feed', name: 'FeedConnected', hoursADay: 24 },
  { service: 'ticket-sync', name: 'TicketsSynced', hoursADay: 24 },
];

/** The metrics that a service emits. */
export type MetricOf<S extends Service> = {
  [M in MetricName]: S extends (typeof EMITTED)[M]['by'][number] ? M : never;
}[MetricName];

/** The sets of dimensions under which the service emits the metric: one for each of its jobs where the job is one. */
export function dimensionsOf(
  service: Service,
  name: MetricName,
): readonly [Record<string, string>, ...Record<string, string>[]] {
  const emission: Emission = EMITTED[name];
  if (!emission.by.includes(service)) throw new MetricNotEmittedError(service, name);
  if (emission.job !== true || !isJobService(service)) return [{ service }];
  const [first, ...others]: readonly [JobId, ...JobId[]] = JOBS_OF[service];
  return [{ service, job: first }, ...others.map((job) => ({ service, job }))];
}

function isJobService(service: Service): service is JobService {
  return service in JOBS_OF;
}

/** One namespace for each stack, or two stacks in one account would hide each other's silence. */
export function metricsNamespace(scope: Construct): string {
  return `AtomSync/${Stack.of(scope).stackName}`;
}

/**
 * A metric that the service emits; of a service with several jobs that of the first.
 *
 * @example customMetric(this, 'skill-sync', 'RunDuration', { statistic: Stats.p(95) })
 */
export function customMetric<S extends Service>(
  scope: Construct,
  service: S,
  metricName: MetricOf<S>,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    ...options,
    namespace: metricsNamespace(scope),
    metricName,
    dimensionsMap: dimensionsOf(service, metricName)[0],
  });
}
