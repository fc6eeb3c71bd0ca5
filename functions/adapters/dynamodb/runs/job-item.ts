import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import { type LeaseItem, type LeaseProof, leaseAttributes } from '#adapters/dynamodb/table/lease.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { Failure } from '#core/errors.ts';
import {
  DURATION_BUCKETS_SECONDS,
  type DurationHistogram,
  type JobOutcome,
  type JobOverride,
  type JobState,
  type Lease,
  TOTALLED,
} from '#core/runs/job-store.ts';
import type { ListingPointer } from '#core/runs/listing-checkpoint.ts';

/** The key of a job's state. */
export function jobKey(job: string): Key {
  return { pk: `JOB#${job}`, sk: 'STATE' };
}

/** The lease in a job's state. */
export function jobLease(job: string): LeaseItem {
  return { key: jobKey(job), holderAttribute: 'runningRunId' };
}

/** What the item has to show for a write under a job's lease. */
export function proofOf({ runId, fence }: Lease): LeaseProof {
  return { holder: runId, fence };
}

/** The state in an item; zeros where there is none yet. */
export function readJobState(job: string, row: Row | undefined): JobState {
  const { runningRunId, leaseUntil, lastRunAt, lastSuccessAt, lastStatus, lastError, listing, notBefore } =
    row ?? {};
  const sourceReadAt = row?.sourceReadAt;
  const override = overrideOf(row);
  return {
    job,
    fence: count(row?.fence),
    ...(typeof runningRunId === 'string' ? { runningRunId } : {}),
    ...(typeof leaseUntil === 'number' ? { leaseUntil } : {}),
    totalRuns: count(row?.totalRuns),
    successfulRuns: count(row?.successfulRuns),
    failedRuns: count(row?.failedRuns),
    ...(typeof lastRunAt === 'number' ? { lastRunAt } : {}),
    ...(typeof lastSuccessAt === 'number' ? { lastSuccessAt } : {}),
    ...(lastStatus === 'success' || lastStatus === 'failed' ? { lastStatus } : {}),
    ...(isFailure(lastError) ? { lastError } : {}),
    ...(isPointer(listing) ? { listing } : {}),
    ...(typeof notBefore === 'number' ? { notBefore } : {}),
    ...(typeof sourceReadAt === 'number' ? { sourceReadAt } : {}),
    skillsCount: count(row?.skillsCount),
    categoriesCount: count(row?.categoriesCount),
    ...(override ? { override } : {}),
    durations: durationsOf(row),
    errors: countsUnder(ERROR_PREFIX, row),
    ...totalsOf(row),
  };
}

/** Errors are counted in attributes of their own, since ADD can't make an entry of a map. */
const ERROR_PREFIX = 'error_';
/** So are totals. */
const TOTAL_PREFIX = 'total_';

/** The attribute that counts runs of this length; the last one is for those beyond every bound. */
function bucketAttribute(seconds: number): string {
  const index = DURATION_BUCKETS_SECONDS.findIndex((bound) => seconds <= bound);
  return `duration_${index === -1 ? DURATION_BUCKETS_SECONDS.length : index}`;
}

function durationsOf(row: Row | undefined): DurationHistogram {
  return {
    count: count(row?.duration_count),
    sumSeconds: count(row?.duration_ms) / 1000,
    buckets: DURATION_BUCKETS_SECONDS.map((_, index) => count(row?.[`duration_${index}`])),
  };
}

function countsUnder(prefix: string, row: Row | undefined): Record<string, number> {
  const counted = Object.entries(row ?? {}).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(counted.map(([name, value]) => [name.slice(prefix.length), count(value)]));
}

function totalsOf(row: Row | undefined): Pick<JobState, 'totals'> {
  const totals = countsUnder(TOTAL_PREFIX, row);
  return Object.keys(totals).length === 0 ? {} : { totals };
}

/** What a run adds to the totals; a count of 0 adds nothing, and no attribute. */
function addedTotals(counts: JobOutcome['counts'] = {}): Record<string, number> {
  const counted = TOTALLED.filter((name) => (counts[name] ?? 0) > 0);
  return Object.fromEntries(counted.map((name) => [TOTAL_PREFIX + name, counts[name] ?? 0]));
}

/** What an admin made of the job, in its item; undefined where nobody touched it. */
export function overrideOf(row: Row | undefined): JobOverride | undefined {
  const {
    overrideEnabled: enabled,
    overrideMinutes: minutes,
    overrideStops: stops,
    cancelledRunId,
  } = row ?? {};
  const override: JobOverride = {
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(typeof minutes === 'number' ? { intervalMinutes: minutes } : {}),
    ...(typeof stops === 'number' ? { stops } : {}),
    ...(typeof cancelledRunId === 'string' ? { cancelledRunId } : {}),
  };
  return Object.keys(override).length === 0 ? undefined : override;
}

/** What an admin's change does to the state. */
export function overrideChanges({
  enabled,
  intervalMinutes,
}: Pick<JobOverride, 'enabled' | 'intervalMinutes'>) {
  return {
    set: { overrideEnabled: enabled, overrideMinutes: intervalMinutes },
    // Counted, not dated: whether a stop came after a run's start is then no question of whose clock is right.
    add: { overrideStops: enabled === false ? 1 : undefined } as Record<string, number | undefined>,
  } satisfies Changes;
}

/**
 * What the end of a run does to its job's state. An interrupted run goes on in another invocation: it gives
 * the lease back and counts for nothing.
 */
export function finishChanges({ job, fence }: Lease, outcome: JobOutcome) {
  const { status, endedAt, durationMs, notBefore, error, counts, skillsCount, categoriesCount } = outcome;
  const isEnd = status !== 'interrupted';
  const lastError = status === 'failed' ? error : undefined;
  const remove = [...leaseAttributes(jobLease(job))];
  if (notBefore === undefined) remove.push('notBefore');
  if (isEnd && lastError === undefined) remove.push('lastError');
  return {
    set: {
      finishedFence: fence,
      notBefore,
      skillsCount,
      categoriesCount,
      sourceReadAt: outcome.sourceReadAt,
      lastRunAt: isEnd ? endedAt : undefined,
      lastSuccessAt: status === 'success' ? endedAt : undefined,
      lastStatus: isEnd ? status : undefined,
      lastError,
    },
    remove,
    add: {
      totalRuns: isEnd ? 1 : undefined,
      successfulRuns: status === 'success' ? 1 : undefined,
      failedRuns: status === 'failed' ? 1 : undefined,
      ...(isEnd ? { ...durationCounts(Math.round(durationMs)), ...addedTotals(counts) } : {}),
      ...(lastError ? { [ERROR_PREFIX + lastError.code]: 1 } : {}),
    } as Record<string, number | undefined>,
  } satisfies Changes;
}

/** Whole milliseconds: DynamoDB adds decimals, and a sum of seconds would not be what our numbers make of it. */
function durationCounts(ms: number): Record<string, number> {
  return { duration_count: 1, duration_ms: ms, [bucketAttribute(ms / 1000)]: 1 };
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isFailure(value: unknown): value is Failure {
  return hasTypes(value, { code: 'string', message: 'string', retryable: 'boolean' });
}

function isPointer(value: unknown): value is ListingPointer {
  return hasTypes(value, {
    listingId: 'string',
    startedAt: 'number',
    pageSize: 'number',
    startedBy: 'string',
  });
}

function hasTypes(value: unknown, types: Readonly<Record<string, string>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  return Object.entries(types).every(([name, type]) => typeof record[name] === type);
}
