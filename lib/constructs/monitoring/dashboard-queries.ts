import { LogQueryVisualizationType } from 'aws-cdk-lib/aws-cloudwatch';
import type { ConflictType } from '#core/conflicts/conflict.ts';
import { JobId } from '#core/runs/run.ts';
import type { Service } from './emitted-metrics.ts';

/** Who writes a log: a folder in `functions/`, whether it sends metrics or not. */
export type LogWriter = Service | 'rating-upload';

/** A question to the log: what a widget of the dashboard draws. */
export type DashboardQuery = {
  readonly title: string;
  /** Whose logs are asked. */
  readonly of: readonly LogWriter[];
  readonly view: LogQueryVisualizationType;
  /** In the language of Logs Insights, a command a line. */
  readonly lines: readonly string[];
};

/** What the types of conflicts are called where they are drawn. */
const CONFLICT_NAMES = {
  VERSION_MISMATCH: 'version',
  CONTENT_MISMATCH: 'content',
  DEPENDENCY_CONFLICT: 'dependency',
  OTHER: 'other',
} as const satisfies Record<ConflictType, string>;

const { LINE, BAR, TABLE } = LogQueryVisualizationType;

const ENDED = 'filter message = "run ended"';
const MINUTE = 'filter message = "feed minute"';
const DETECTED = 'filter message = "conflict detected"';
const SYNCED = `${ENDED} and job = "${JobId.skillSync}"`;
const RATED = `${ENDED} and job = "${JobId.ratingSync}"`;
const RUNS: readonly Service[] = ['skill-sync', 'rating-sync', 'cache-cleanup'];
const TICKET_RUNS: readonly Service[] = ['ticket-sync', 'ticket-analysis', 'ticket-issues'];
const CONFLICTS: readonly Service[] = ['skill-sync', 'realtime-feed'];

/** Share of runs that succeeded, by the names under which it is drawn: 1 and 0 of each run add up. */
function successRates(jobs: Readonly<Record<string, JobId>>): string[] {
  const isOf = Object.entries(jobs).map(([name, job]) => `strcontains(job, "${job}") as is_${name}`);
  const rates = Object.keys(jobs).map(
    (name) => `100 * sum(is_${name} * is_success) / sum(is_${name}) as ${name}`,
  );
  return [
    `fields strcontains(status, "success") as is_success, ${isOf.join(', ')}`,
    `stats ${rates.join(', ')} by bin(1h)`,
  ];
}

/**
 * What is no metric, or was one that nobody was alarmed by: asked of the lines that the functions write, which costs
 * nothing while nobody looks. A test holds the fields against those lines.
 */
export const QUERIES = {
  runSuccess: {
    title: 'Runs that succeeded, %',
    of: RUNS,
    view: LINE,
    lines: [
      ENDED,
      ...successRates({
        skill_sync: JobId.skillSync,
        rating_sync: JobId.ratingSync,
        cache_cleanup: JobId.cacheCleanup,
      }),
    ],
  },
  runDuration: {
    title: 'How long a skill sync takes, ms',
    of: ['skill-sync'],
    view: LINE,
    lines: [SYNCED, 'stats pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95 by bin(1h)'],
  },
  runChanges: {
    title: 'What the skill syncs found',
    of: ['skill-sync'],
    view: BAR,
    lines: [
      SYNCED,
      'stats sum(counts.added) as added, sum(counts.changed) as changed, sum(counts.removed) as removed, ' +
        'sum(counts.rejected) as rejected by bin(1h)',
    ],
  },
  runErrors: {
    title: 'Runs that failed, by error',
    of: RUNS,
    view: TABLE,
    lines: [`${ENDED} and status = "failed"`, 'stats count(*) as runs by job, error_code', 'sort runs desc'],
  },
  cacheHits: {
    title: 'Reads of a skill that the cache answered, %',
    of: ['admin-api'],
    view: LINE,
    lines: [
      'filter message = "request" and method = "GET" and route = "/api/skills/{id}"',
      'filter status = 200 or status = 404',
      'fields strcontains(status, "200") as is_hit',
      'stats 100 * sum(is_hit) / count(*) as hit_rate by bin(1h)',
    ],
  },
  cacheSize: {
    title: 'Live entries of the cache',
    of: ['skill-sync'],
    view: LINE,
    lines: [
      `${SYNCED} and ispresent(skills_count)`,
      'stats max(skills_count) as skills, max(categories_count) as categories by bin(1h)',
    ],
  },
  feedMessages: {
    title: 'Messages',
    of: ['realtime-feed'],
    view: LINE,
    lines: [
      MINUTE,
      'stats sum(messages) as taken, sum(rejected) as refused, sum(reconnects) as reconnects by bin(5m)',
    ],
  },
  feedLatency: {
    title: 'From a frame to the table: p99 of the slowest minute, ms',
    of: ['realtime-feed'],
    view: LINE,
    lines: [`${MINUTE} and ispresent(latency_ms)`, 'stats max(latency_ms) as p99 by bin(5m)'],
  },
  feedFallback: {
    title: 'Minutes in which the polls did the work of the feed',
    of: ['realtime-feed'],
    view: BAR,
    lines: [MINUTE, 'stats sum(fallback_seconds) / 60 as minutes by bin(1h)'],
  },
  conflictTypes: {
    title: 'Conflicts that were detected, by type',
    of: CONFLICTS,
    view: BAR,
    lines: [
      DETECTED,
      `fields ${Object.entries(CONFLICT_NAMES)
        .map(([type, name]) => `strcontains(conflict_type, "${type}") as is_${name}`)
        .join(', ')}`,
      `stats ${Object.values(CONFLICT_NAMES)
        .map((name) => `sum(is_${name}) as ${name}`)
        .join(', ')} by bin(1h)`,
    ],
  },
  conflictSeverities: {
    title: 'Conflicts that were detected, by type and severity',
    of: CONFLICTS,
    view: TABLE,
    lines: [DETECTED, 'stats count(*) as conflicts by conflict_type, severity', 'sort conflicts desc'],
  },
  conflictsWaiting: {
    title: 'Conflicts that wait for a decision',
    of: ['skill-sync'],
    view: LINE,
    lines: [
      `${SYNCED} and ispresent(counts.conflicts_unresolved)`,
      'stats max(counts.conflicts_unresolved) as waiting by bin(1h)',
    ],
  },
  ratings: {
    title: 'Ratings of the rating syncs',
    of: ['rating-sync'],
    view: BAR,
    lines: [
      RATED,
      'stats sum(counts.uploaded) as uploaded, sum(counts.failed) as failed, sum(counts.pulled) as pulled by bin(1h)',
    ],
  },
  uploadErrors: {
    title: 'Uploads that failed, by error',
    of: ['rating-upload'],
    view: TABLE,
    lines: [
      'filter message = "an upload failed"',
      'stats count(*) as attempts by code',
      'sort attempts desc',
    ],
  },
  ticketRuns: {
    title: 'Runs of support tickets that succeeded, %',
    of: TICKET_RUNS,
    view: LINE,
    lines: [
      ENDED,
      ...successRates({
        sync: JobId.ticketSync,
        daily_sync: JobId.dailySync,
        analysis: JobId.ticketAnalysis,
      }),
    ],
  },
  ticketAnalyses: {
    title: 'Tickets analysed',
    of: TICKET_RUNS,
    view: BAR,
    lines: [ENDED, 'stats sum(counts.analysed) as analysed, sum(counts.failed) as failed by bin(1h)'],
  },
  ticketErrors: {
    title: 'Runs of support tickets that failed, by error',
    of: TICKET_RUNS,
    view: TABLE,
    lines: [`${ENDED} and status = "failed"`, 'stats count(*) as runs by job, error_code', 'sort runs desc'],
  },
} as const satisfies Record<string, DashboardQuery>;
