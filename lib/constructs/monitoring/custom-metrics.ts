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
  | 'admin-api';

/** The services that run a job, with its id: the metrics of a run have it as the dimension `job`. */
export const JOB_OF = {
  'skill-sync': JobId.skillSync,
  'rating-sync': JobId.ratingSync,
  'cache-cleanup': JobId.cacheCleanup,
} as const satisfies Partial<Record<Service, JobId>>;

type JobService = keyof typeof JOB_OF;
const JOBS: readonly JobService[] = ['skill-sync', 'rating-sync', 'cache-cleanup'];

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
  DeniedRequests: { by: ['admin-api'] },
  FailedRequests: { by: ['admin-api'] },
  LostAuditRecords: { by: ['admin-api'] },
} as const satisfies Record<MetricName, Emission>;

/** The metrics that a service emits. */
export type MetricOf<S extends Service> = {
  [M in MetricName]: S extends (typeof EMITTED)[M]['by'][number] ? M : never;
}[MetricName];

/** The dimensions under which the service emits the metric. */
export function dimensionsOf(service: Service, name: MetricName): Record<string, string> {
  const emission: Emission = EMITTED[name];
  if (!emission.by.includes(service)) throw new MetricNotEmittedError(service, name);
  return emission.job === true && isJobService(service) ? { service, job: JOB_OF[service] } : { service };
}

function isJobService(service: Service): service is JobService {
  return service in JOB_OF;
}

/** One namespace for each stack, or two stacks in one account would hide each other's silence. */
export function metricsNamespace(scope: Construct): string {
  return `AtomSync/${Stack.of(scope).stackName}`;
}

/**
 * A metric that the service emits.
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
    dimensionsMap: dimensionsOf(service, metricName),
  });
}
