/**
 * Names of the metrics in CloudWatch. The functions emit by these names (embedded metric format) and the alarms and
 * dashboards read by them: one list, so that neither can be without the other. The namespace is `AtomSync/<stack>`,
 * from the environment (`POWERTOOLS_METRICS_NAMESPACE`): two stacks in one account must not speak for each other. The
 * only dimension is `service`.
 *
 * CloudWatch bills each metric for every hour in which it is sent. So there is one for what an alarm reads, and it is sent
 * when there is something to tell; what people look at is in the log lines.
 */
export const MetricName = {
  /** Milliseconds, of a successful run of the skill or rating sync: the samples count the successes. */
  runDuration: 'RunDuration',
  /** 1 of a run of the skill sync, the rating sync or the cleanup that failed, although it had somebody to talk to. */
  runFailure: 'RunFailure',
  /** 1 of a skill sync that failed because the marketplace could not be had. */
  marketplaceUnavailable: 'MarketplaceUnavailable',
  /** A run that was refused the removal of more than a fifth. */
  massRemovalRefused: 'MassRemovalRefused',
  /** Live entries of the cache after a skill sync, where they are few. */
  cachedSkills: 'CachedSkills',
  /** Days until the marketplace's token ends, after a skill sync, where they are few. */
  tokenEndsIn: 'TokenEndsIn',
  /** Of a skill sync, or of a minute of the feed, that found some. */
  conflictsDetected: 'ConflictsDetected',
  /** Uploads of ratings that have failed, after a rating sync, where there are any. */
  failedUploads: 'FailedUploads',
  /** Of the feed, once a minute, 1 or 0. */
  feedConnected: 'FeedConnected',
  /** 1 of a minute in which the feed was not to be connected: switched off by an operator, or without a token yet. */
  feedDisabled: 'FeedDisabled',
  /** Of a minute of the feed that had some. */
  feedReconnects: 'FeedReconnects',
  /** 1 of a step of the token rotation that failed. */
  rotationFailed: 'RotationFailed',
  /** Percent of the marketplace's requests a minute that were in use, over all processes, where it was most of them. */
  rateLimitUse: 'RateLimitUse',
  /** 1 of each call that DynamoDB refused because calls came too fast, before the SDK tries again. */
  tableThrottles: 'TableThrottles',
  /** 1 of each invocation that read Zendesk's export to its end. */
  ticketsSynced: 'TicketsSynced',
  /** Seconds since the export was at its end last: after each sync while that is long ago, and once when it is over. */
  ticketCursorAge: 'TicketCursorAge',
  /** Tickets that were analysed, and tickets or whole stages that failed, of an invocation in which some failed. */
  ticketsAnalysed: 'TicketsAnalysed',
  ticketAnalysesFailed: 'TicketAnalysesFailed',
  /** 1 of an invocation that left tickets alone because a budget was used up. */
  ticketBudgetExhausted: 'TicketBudgetExhausted',
  /** After a run that grouped tickets, where any is open. */
  incidentsOpen: 'IncidentsOpen',
  /** 1 of each 5xx by which a health check said that something else is unhealthy: no fault of the API. */
  unhealthyAnswers: 'UnhealthyAnswers',
  /** 1 of each change whose audit record was lost. */
  lostAuditRecords: 'LostAuditRecords',
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];

/** The service of what may come up in any process, and is one metric whichever it was. */
export const ANY_SERVICE = 'any';
