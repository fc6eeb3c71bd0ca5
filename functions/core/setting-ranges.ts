/**
 * The lowest and the highest value of each numeric setting that a function reads. The deployment checks a setting
 * against its range, and the function checks it again at its start.
 */
export const SETTING_RANGES = {
  ATOM_SAAS_API_TIMEOUT_SECONDS: { min: 1, max: 120 },
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: { min: 5, max: 60 },
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: { min: 10, max: 120 },
  ATOM_SAAS_PAGE_SIZE: { min: 1, max: 1000 },
  ATOM_SAAS_CACHE_TTL_HOURS: { min: 1, max: 168 },
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: { min: 0, max: 100 },
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: { min: 10, max: 120 },
  ATOM_SAAS_WS_GATHER_SECONDS: { min: 0, max: 900 },
  ATOM_SYNC_TOKEN_ROTATION_DAYS: { min: 1, max: 365 },
  ZENDESK_REQUESTS_PER_MINUTE: { min: 1, max: 30 },
  ZENDESK_PAGE_SIZE: { min: 100, max: 1000 },
  TICKET_BACKFILL_DAYS: { min: 1, max: 730 },
  TICKET_RAW_RETENTION_DAYS: { min: 0, max: 730 },
  TICKET_ANALYZE_BATCH_SIZE: { min: 1, max: 10_000 },
  TICKET_DIRECT_MAX: { min: 0, max: 10_000 },
  TICKET_CLUSTER_RESOLUTION: { min: 0.5, max: 8 },
  TICKET_MIN_CLUSTER_REQUESTERS: { min: 1, max: 50 },
  CLAUDE_BUDGET_USD_PER_DAY: { min: 0, max: 10_000 },
  CLAUDE_BUDGET_USD_PER_MONTH: { min: 0, max: 10_000 },
  CLAUDE_BUDGET_USD_PER_RUN: { min: 0, max: 10_000 },
} as const;

/** The name of a setting that has a range. */
export type RangedSetting = keyof typeof SETTING_RANGES;
