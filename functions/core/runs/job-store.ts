import type { Failure } from '#core/errors.ts';
import type { ListingPointer } from './listing-checkpoint.ts';

/** The lasting state of a job: who runs, what came out, where to go on. Times are milliseconds since 1970. */
export type JobState = {
  readonly job: string;
  readonly fence: number;
  readonly runningRunId?: string;
  readonly leaseUntil?: number;
  readonly totalRuns: number;
  readonly successfulRuns: number;
  readonly failedRuns: number;
  readonly lastRunAt?: number;
  readonly lastSuccessAt?: number;
  readonly lastStatus?: 'success' | 'failed';
  readonly lastError?: Failure;
  readonly listing?: ListingPointer;
  /** The marketplace asked not to be called before this. */
  readonly notBefore?: number;
  readonly skillsCount: number;
  readonly categoriesCount: number;
  /** When what the job copies from was read to its end last, whether there was anything new or not. */
  readonly sourceReadAt?: number;
  /** What an admin made of the job's schedule; undefined where nobody touched it. */
  readonly override?: JobOverride;
  /** Ended runs by their duration, and failed ones by their error's code. */
  readonly durations: DurationHistogram;
  readonly errors: Readonly<Record<string, number>>;
  /** What ended runs have counted altogether, of the counts in `TOTALLED`; undefined where they counted none. */
  readonly totals?: Readonly<Record<string, number>>;
};

/** Counts of a run that are added up over all runs of its worker, for counters that outlive the records of runs. */
export const TOTALLED: readonly string[] = ['analysed', 'refused', 'failed'];

/**
 * What an admin changed about a job. It outlives a deployment: a job that was stopped stays stopped, although
 * CloudFormation may have written its schedule anew.
 */
export type JobOverride = {
  readonly enabled?: boolean;
  readonly intervalMinutes?: number;
  /** How often it has been stopped: a run that began under a smaller number was under way when a stop came. */
  readonly stops?: number;
  /** The run that is to end where it is. */
  readonly cancelledRunId?: string;
};

/** How long runs took. `buckets[i]` counts the runs that took at most `DURATION_BUCKETS_SECONDS[i]`, and more than the bucket before. */
export type DurationHistogram = {
  readonly count: number;
  readonly sumSeconds: number;
  readonly buckets: readonly number[];
};

/** Upper bounds of the histogram's buckets, in seconds (contract, section 2). */
export const DURATION_BUCKETS_SECONDS: readonly number[] = [0.5, 1, 5, 15, 60, 300];

/** Proof of being the one who runs. Every write under it fails with `LeaseLostError` once someone else holds it. */
export type Lease = { readonly job: string; readonly runId: string; readonly fence: number };

/** How a run ended, as far as the job's state is concerned. */
export type JobOutcome = {
  readonly status: 'success' | 'failed' | 'interrupted';
  readonly endedAt: number;
  /** From the run's start, over all its invocations. */
  readonly durationMs: number;
  readonly error?: Failure;
  /** What the run counted, over all its invocations. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly notBefore?: number;
  readonly skillsCount?: number;
  readonly categoriesCount?: number;
  readonly sourceReadAt?: number;
};

/** How many live entries the cache holds. */
type CacheSize = { readonly skillsCount: number; readonly categoriesCount: number };

export type JobStore = {
  state(job: string): Promise<JobState>;
  /** Takes the lease if nobody holds it now (`isStillOn`); its first heartbeat is in the same write. Undefined: it is held. */
  acquire(job: string, runId: string, now: number, leaseMs: number): Promise<Lease | undefined>;
  /** Extends the lease. @returns what an admin made of the job meanwhile @throws LeaseLostError */
  renew(lease: Lease, until: number): Promise<JobOverride | undefined>;
  /** Remembers (or forgets, with undefined) the unfinished listing. @throws LeaseLostError */
  setListing(lease: Lease, listing: ListingPointer | undefined): Promise<void>;
  /** Puts the size of the cache right, as counted by someone who holds no lease of this job. */
  setCacheSize(job: string, size: CacheSize): Promise<void>;
  /** Remembers what an admin changed; what is not given stays as it was. Counts a stop (`enabled: false`). */
  setOverride(job: string, override: Omit<JobOverride, 'stops' | 'cancelledRunId'>): Promise<void>;
  /** Has a run end where it is: its next heartbeat, or its next invocation, fails with `CancelledError`. */
  cancel(job: string, runId: string): Promise<void>;
  /** Gives the lease back and counts the run, in one write. @throws LeaseLostError */
  finish(lease: Lease, outcome: JobOutcome): Promise<void>;
};
