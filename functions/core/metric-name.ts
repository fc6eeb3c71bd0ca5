/**
 * Names of the metrics in CloudWatch. The functions emit by these names (embedded metric format) and the alarms and
 * dashboards read by them: one list, so that neither can be without the other. The namespace is `AtomSync/<stack>`,
 * from the environment (`POWERTOOLS_METRICS_NAMESPACE`): two stacks in one account must not speak for each other.
 */
export const MetricName = {
  /** Of each ended run, 1 or 0: the sum counts successes, the samples count runs. Dimensions: service, `job`. */
  runSuccess: 'RunSuccess',
  /** 1 of each failed run. Dimensions: service, `job`. */
  runFailure: 'RunFailure',
  /** Milliseconds. Dimensions: service, `job`. */
  runDuration: 'RunDuration',
  /** A run that failed because the marketplace could not be had. Dimensions: service, `job`. */
  marketplaceUnavailable: 'MarketplaceUnavailable',
  /** A run that was refused the removal of more than a fifth. Dimensions: service, `job`. */
  massRemovalRefused: 'MassRemovalRefused',
  /** Live entries of the cache after a skill sync, gauges. Dimensions: service, `job`. */
  cachedSkills: 'CachedSkills',
  cachedCategories: 'CachedCategories',
  /** Of a skill sync. Dimensions: service. */
  conflictsDetected: 'ConflictsDetected',
  conflictsResolved: 'ConflictsResolved',
  /** Gauge, after a skill sync. Dimensions: service. */
  conflictsUnresolved: 'ConflictsUnresolved',
  /** Gauges, after a rating sync. Dimensions: service, `job`. */
  ratingsPending: 'RatingsPending',
  failedUploads: 'FailedUploads',
  /** Of one batch of the upload function. Dimensions: service. */
  ratingsUploaded: 'RatingsUploaded',
  ratingUploadErrors: 'RatingUploadErrors',
  /** Of the feed, once a minute. Dimensions: service. `FeedConnected` is 1 or 0. */
  feedConnected: 'FeedConnected',
  /** 1 while an operator has the feed switched off, which is no reason to wake anybody. */
  feedDisabled: 'FeedDisabled',
  feedReconnects: 'FeedReconnects',
  feedMessages: 'FeedMessages',
  feedRejected: 'FeedRejected',
  /** Milliseconds from a frame's arrival until what it says is stored. */
  feedLatency: 'FeedLatency',
  /** Of the token rotation. Dimensions: service. */
  rotationSucceeded: 'RotationSucceeded',
  rotationFailed: 'RotationFailed',
  /** Of the admin API. Dimensions: service. */
  deniedRequests: 'DeniedRequests',
  failedRequests: 'FailedRequests',
  lostAuditRecords: 'LostAuditRecords',
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];
