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
  /** Of a skill sync, or of a minute of the feed that had some. Dimensions: service. */
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
  /** 1 of each invocation that read Zendesk's export to its end. Dimensions: service. */
  ticketsSynced: 'TicketsSynced',
  /** Seconds since the export was at its end last, after each sync, good or bad. Dimensions: service. */
  ticketCursorAge: 'TicketCursorAge',
  /** Tickets that one invocation had analysed, and tickets or whole stages that failed in it. Dimensions: service. */
  ticketsAnalysed: 'TicketsAnalysed',
  ticketAnalysesFailed: 'TicketAnalysesFailed',
  /** 1 of an invocation that left tickets alone because a budget was used up. Dimensions: service. */
  ticketBudgetExhausted: 'TicketBudgetExhausted',
  /** Gauges, after each run that grouped tickets. Dimensions: service. */
  incidentsOpen: 'IncidentsOpen',
  issuesOpen: 'IssuesOpen',
  /** Of the admin API. Dimensions: service. */
  deniedRequests: 'DeniedRequests',
  failedRequests: 'FailedRequests',
  lostAuditRecords: 'LostAuditRecords',
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];
