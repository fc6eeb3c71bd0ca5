import type { MetricName } from '#core/metric-name.ts';
import { MetricNotEmittedError } from '#lib/errors.ts';

/**
 * Who says something of itself: a folder in `functions/`, which is the `service` of its metrics and log lines. `any` is
 * the service of what may come up in each of them and is one metric whichever it was.
 */
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
  | 'admin-api'
  | 'any';

type Emission = { readonly by: readonly Service[] };

/**
 * Who emits which metric. CloudWatch keeps a metric for each set of dimensions and answers a question for any other set
 * with silence, so everything that reads a metric asks here; tests hold the table against what the functions write.
 */
export const EMITTED = {
  RunDuration: { by: ['skill-sync', 'rating-sync'] },
  RunFailure: { by: ['skill-sync', 'rating-sync', 'cache-cleanup'] },
  MarketplaceUnavailable: { by: ['skill-sync'] },
  MassRemovalRefused: { by: ['skill-sync'] },
  CachedSkills: { by: ['skill-sync'] },
  TokenEndsIn: { by: ['skill-sync'] },
  ConflictsDetected: { by: ['skill-sync', 'realtime-feed'] },
  FailedUploads: { by: ['rating-sync'] },
  FeedConnected: { by: ['realtime-feed'] },
  FeedDisabled: { by: ['realtime-feed'] },
  FeedReconnects: { by: ['realtime-feed'] },
  RotationFailed: { by: ['token-rotation'] },
  RateLimitUse: { by: ['any'] },
  TableThrottles: { by: ['any'] },
  TicketsSynced: { by: ['ticket-sync'] },
  TicketCursorAge: { by: ['ticket-sync'] },
  TicketsAnalysed: { by: ['ticket-analysis'] },
  TicketAnalysesFailed: { by: ['ticket-analysis'] },
  TicketBudgetExhausted: { by: ['ticket-analysis'] },
  IncidentsOpen: { by: ['ticket-issues'] },
  UnhealthyAnswers: { by: ['admin-api'] },
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

/** The dimensions under which the service emits the metric. @throws MetricNotEmittedError when it does not */
export function dimensionsOf(service: Service, name: MetricName): { readonly service: Service } {
  const { by }: Emission = EMITTED[name];
  if (!by.includes(service)) throw new MetricNotEmittedError(service, name);
  return { service };
}
