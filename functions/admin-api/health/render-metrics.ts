import type { ConflictTotals } from '#core/conflicts/conflict-store.ts';
import {
  FEED_MESSAGE_TYPES,
  type FeedState,
  FeedStatus,
  isConnected,
  isHeld,
} from '#core/feed/feed-state.ts';
import { DURATION_BUCKETS_SECONDS, type JobState } from '#core/runs/job-store.ts';
import type { CacheReads } from '#core/skills/cache-reads.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';
import type { FeedView } from '#functions/admin-api/present/present-status.ts';

/** Content type of Prometheus' text format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const PREFIX = 'atom_saas_';

/** Always there, so that their series exist before the first failure: of a counter that begins there is no increase. */
const KNOWN_ERRORS = {
  internal_error: 0,
  marketplace_unavailable: 0,
  secret_unavailable: 0,
  token_unavailable: 0,
};

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly suffix?: string; readonly labels?: Labels; readonly value: number };

/** The series of one name. */
export type Family = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
};

/** A job's state with what its series are called. */
export type JobSeries = { readonly type: string; readonly state: JobState };

/** The conflicts of local edits with the marketplace: those that were ever, and those that wait. */
type ConflictSeries = { readonly totals: ConflictTotals; readonly open: number };

/** The gauges of ratings. */
type RatingGauges = { readonly pending: number; readonly failed: number };

/** What the series beside those of jobs and cache are made of. */
export type MetricSources = {
  readonly cacheReads: CacheReads;
  readonly conflicts: ConflictSeries;
  readonly ratings: RatingGauges;
  readonly feed: FeedView;
  /** Families of the tickets, with their whole names; none where they are not deployed. */
  readonly tickets?: readonly Family[];
};

/**
 * All series in Prometheus' text format.
 *
 * @param cache the state that knows the cache's size
 */
export function renderMetrics(
  jobs: readonly JobSeries[],
  cache: JobState,
  { cacheReads, conflicts, ratings, feed, tickets = [] }: MetricSources,
): string {
  const own = [
    ...syncFamilies(jobs, feed.nowMs),
    ...cacheFamilies(cache, cacheReads),
    ...conflictFamilies(conflicts),
    ...ratingFamilies(ratings),
    ...feedFamilies(feed),
  ];
  return [...own.map((family) => ({ ...family, name: PREFIX + family.name })), ...tickets]
    .map(render)
    .join('');
}

function syncFamilies(jobs: readonly JobSeries[], nowMs: number): Family[] {
  return [
    {
      name: 'sync_duration_seconds',
      type: 'histogram',
      help: 'How long runs took, by type, over all their invocations.',
      samples: jobs.flatMap(histogram),
    },
    {
      name: 'sync_success_total',
      type: 'counter',
      help: 'Runs that succeeded.',
      samples: jobs.map(({ type, state }) => ({ labels: { type }, value: state.successfulRuns })),
    },
    {
      name: 'sync_errors_total',
      type: 'counter',
      help: 'Runs that failed, by the code of their error.',
      samples: jobs.flatMap(({ type, state }) =>
        Object.entries({ ...KNOWN_ERRORS, ...state.errors }).map(([error, value]) => ({
          labels: { type, error },
          value,
        })),
      ),
    },
    {
      name: 'sync_last_success_timestamp_seconds',
      type: 'gauge',
      help: 'When a run succeeded last, in seconds since 1970; 0 when none has yet, or that lies in the future.',
      samples: jobs.map(({ type, state }) => ({ labels: { type }, value: lastSuccess(state, nowMs) / 1000 })),
    },
  ];
}

/** A time in the future would keep an alert on its age quiet until it has come. */
function lastSuccess({ lastSuccessAt = 0 }: JobState, nowMs: number): number {
  return isFromWrongClock(lastSuccessAt, nowMs, 0) ? 0 : lastSuccessAt;
}

/** Prometheus' buckets are cumulative: each counts the shorter runs as well. */
function histogram({ type, state: { durations } }: JobSeries): Sample[] {
  let cumulated = 0;
  const buckets = DURATION_BUCKETS_SECONDS.map((bound, index) => {
    cumulated += durations.buckets[index] ?? 0;
    return { suffix: '_bucket', labels: { type, le: String(bound) }, value: cumulated };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { type, le: '+Inf' }, value: durations.count },
    { suffix: '_sum', labels: { type }, value: durations.sumSeconds },
    { suffix: '_count', labels: { type }, value: durations.count },
  ];
}

function cacheFamilies({ skillsCount, categoriesCount }: JobState, { hits, misses }: CacheReads): Family[] {
  const sizes = [
    { labels: { type: 'skills' }, value: skillsCount },
    { labels: { type: 'categories' }, value: categoriesCount },
  ];
  const reads = [
    { labels: { result: 'hit' }, value: hits },
    { labels: { result: 'miss' }, value: misses },
  ];
  return [
    { name: 'cache_size', type: 'gauge', help: 'Live entries of the cache.', samples: sizes },
    {
      name: 'cache_reads_total',
      type: 'counter',
      help: 'Reads of single skills: answered from the cache, or of one that it does not have or that expired.',
      samples: reads,
    },
  ];
}

function conflictFamilies({ totals, open }: ConflictSeries): Family[] {
  const by = (label: string, counts: Readonly<Record<string, number>>): Sample[] =>
    Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
  return [
    {
      name: 'conflicts_detected_total',
      type: 'counter',
      help: 'Conflicts between local edits and the marketplace, by type.',
      samples: by('type', totals.detected),
    },
    {
      name: 'conflicts_resolved_total',
      type: 'counter',
      help: 'Conflicts that are over, by how they ended.',
      samples: by('strategy', totals.resolved),
    },
    {
      name: 'conflicts_unresolved',
      type: 'gauge',
      help: 'Conflicts that wait for a decision.',
      samples: [{ value: open }],
    },
  ];
}

function feedFamilies({ feed, nowMs }: FeedView): Family[] {
  const { report } = feed;
  return [
    {
      name: 'websocket_connected',
      type: 'gauge',
      help: 'Whether the real-time feed is connected.',
      samples: [{ value: Number(isConnected(feed, nowMs)) }],
    },
    {
      name: 'websocket_fallback',
      type: 'gauge',
      help: 'Whether the polls alone keep the cache fresh, after three failures of the real-time feed in a row.',
      samples: [{ value: Number(isInFallback(feed, nowMs)) }],
    },
    {
      name: 'websocket_fallback_seconds_total',
      type: 'counter',
      help: 'Seconds in which the polls alone kept the cache fresh.',
      samples: [{ value: report?.fallbackSecondsTotal ?? 0 }],
    },
    {
      name: 'websocket_reconnects_total',
      type: 'counter',
      help: 'Reconnects of the real-time feed.',
      samples: [{ value: report?.reconnectsTotal ?? 0 }],
    },
    {
      name: 'websocket_messages_total',
      type: 'counter',
      help: 'Messages of the real-time feed.',
      samples: FEED_MESSAGE_TYPES.map((type) => ({
        labels: { type },
        value: report?.messagesTotal[type] ?? 0,
      })),
    },
  ];
}

/** As its seconds are counted: not where the feed is switched off, and not once its task is gone. */
function isInFallback(feed: FeedState, nowMs: number): boolean {
  const { report } = feed;
  if (report === undefined || report.status === FeedStatus.disabled || !isHeld(feed, nowMs)) return false;
  return report.fallbackToPolling;
}

function ratingFamilies({ pending, failed }: RatingGauges): Family[] {
  return [
    {
      name: 'ratings_pending',
      type: 'gauge',
      help: 'Ratings that wait for their upload.',
      samples: [{ value: pending }],
    },
    {
      name: 'failed_uploads',
      type: 'gauge',
      help: 'Uploads of ratings that failed.',
      samples: [{ value: failed }],
    },
  ];
}

function render({ name, type, help, samples }: Family): string {
  const lines = samples.map(
    ({ suffix = '', labels = {}, value }) => `${name}${suffix}${renderLabels(labels)} ${value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
