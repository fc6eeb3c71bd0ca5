import type { Category, CategoryVersion } from './categories/category.ts';
import type { Failure } from './errors.ts';
import type { Run } from './runs/run.ts';
import type { CachedSkill, Observation, PutOutcome, PutResult, SkillDigest } from './skills/cached-skill.ts';
import type { Skill, SkillFigures, SkillVersion } from './skills/skill.ts';
import type { Instant } from './time/instant.ts';

/** Structured log lines; satisfied by the Powertools logger. */
export type Log = {
  debug(message: string, ...facts: Record<string, unknown>[]): void;
  info(message: string, ...facts: Record<string, unknown>[]): void;
  warn(message: string, ...facts: Record<string, unknown>[]): void;
  error(message: string, ...facts: Record<string, unknown>[]): void;
};

/** Milliseconds since 1970. */
export type Now = () => number;
/** Resolves after so many milliseconds; rejects with the signal's reason when it aborts first. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;
/** A number in [0, 1). */
export type Random = () => number;

/** One page of the skills listing. Its records are as they came off the wire: validated one by one by the core. */
export type SkillPage = {
  readonly records: readonly unknown[];
  readonly page: number;
  /** The page size that the server applied, which may be smaller than what was asked for. */
  readonly pageSize: number;
  readonly total: number;
  readonly totalPages: number;
  /** When the request for it left (ms since 1970): what the page says is at least as new as this. */
  readonly requestedAt: number;
};

/**
 * The marketplace. Each call obeys the marketplace's limits, retries what can be retried and fails with an
 * error of `errors.ts`. A `signal` that aborts ends waits and requests at once with its reason.
 */
export type Marketplace = {
  listCategories(signal?: AbortSignal): Promise<{ records: readonly unknown[]; requestedAt: number }>;
  listSkills(page: number, pageSize: number, signal?: AbortSignal): Promise<SkillPage>;
  /** One skill as it came off the wire, or undefined when the marketplace does not know it (404). */
  getSkill(
    skillId: string,
    signal?: AbortSignal,
  ): Promise<{ record: unknown; requestedAt: number } | undefined>;
};

/** Reads the marketplace's token. `renew: true` bypasses the cache: after a 401. */
export type TokenSource = (options?: { readonly renew?: boolean }) => Promise<string>;

/** What a list of cached skills is narrowed down to; all given must hold. */
export type SkillFilter = {
  readonly category?: string;
  readonly tag?: string;
  /** Case-insensitive text in name or description. */
  readonly query?: string;
};

/** A page of anything. `cursor` is opaque to everyone but the store that made it; undefined at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | undefined };

/** The cached skills as readers see them. An expired or removed skill is absent. */
export type SkillReader = {
  get(skillId: string, now: Date): Promise<CachedSkill | undefined>;
  /** @throws InvalidCursorError for a cursor that this list did not give */
  list(filter: SkillFilter, limit: number, cursor: string | undefined, now: Date): Promise<Page<CachedSkill>>;
};

/** The cached skills as the sync writes them. */
export type SkillStore = {
  /** Every digest, tombstones and expired ones included, in chunks as they are read. Eventually consistent. */
  digests(): AsyncIterable<readonly SkillDigest[]>;
  /**
   * Puts a version unless what is stored is newer (see `cached-skill.ts` for the order). What it does to a local
   * edit is decided by `receive-skill.ts`.
   * @throws TooLargeError when it can't be stored even compressed
   */
  put(version: SkillVersion, observation: Observation): Promise<PutResult>;
  /**
   * Puts a tombstone over the version described by the digest, unless something newer was stored meanwhile.
   * @returns whether it was removed
   */
  remove(digest: SkillDigest, observation: Observation): Promise<boolean>;
  /**
   * Puts a tombstone at the time of a deletion, be the skill stored or not. An edited skill stays.
   * @returns false when what is stored is newer or edited
   */
  bury(skillId: string, deletedAt: Instant, observation: Observation): Promise<boolean>;
  /**
   * Changes the figures of a live skill, and when it was changed, where they are newer; its edit stays as it is.
   * @returns false when the skill is absent or stands at newer figures
   * @throws TooLargeError
   */
  putFigures(figures: SkillFigures, observation: Observation): Promise<boolean>;
};

/** A cached category with what decides about the next version. */
export type CachedCategory = {
  readonly version: CategoryVersion;
  readonly observedAt: number;
  readonly expiresAt: Date;
};

export type CategoryStore = {
  /** Every stored category, expired ones included. */
  all(): Promise<readonly CachedCategory[]>;
  put(version: CategoryVersion, observation: Observation): Promise<PutOutcome>;
  remove(category: CachedCategory): Promise<boolean>;
};

/** Who changed a skill here, and when (ms since 1970). */
export type Edit = { readonly by: string; readonly now: number };

/** Local edits: kept apart from what the marketplace last said. */
export type SkillEditor = {
  /**
   * Puts the edited skill beside the marketplace's version, which becomes its base unless there is one already.
   * An entry with an edit is never deleted by its expiry, only no longer served. An edit that says nothing else
   * than the marketplace is none, and ends one that is there (`reviseSkill` in `receive-skill.ts`).
   * @returns the entry after it; undefined when there is no live entry
   * @throws EditConflictError when the entry kept changing under it
   * @throws TooLargeError
   */
  edit(skillId: string, change: (entry: CachedSkill) => Skill, edit: Edit): Promise<CachedSkill | undefined>;
};

/** One change that someone made, or tried to make, through the API. */
export type AuditRecord = {
  /** A ULID: sorts by time. */
  readonly id: string;
  readonly at: number;
  readonly subject: string;
  readonly level: string;
  /** `POST /api/admin/sync/skills`: the route, not the address. */
  readonly action: string;
  /** What the address and the body named, without secrets and cut to a few KB. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly error?: string;
  readonly correlationId: string;
};

/** Kept for 90 days. */
export type AuditStore = {
  append(record: AuditRecord): Promise<void>;
  /** Newest first. @throws InvalidCursorError */
  list(limit: number, cursor: string | undefined, now: Date): Promise<Page<AuditRecord>>;
};

/** A job's schedule as it is in force. */
export type JobSchedule = {
  readonly job: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly expression:
    | { readonly kind: 'rate'; readonly minutes: number }
    | { readonly kind: 'cron'; readonly cron: string };
  /** When the schedule was made or changed last (ms since 1970): what a rate counts from. */
  readonly since: number;
};

export type ScheduleStore = {
  list(): Promise<readonly JobSchedule[]>;
  /** @returns the schedule after the change; undefined when there is no such job. */
  change(
    job: string,
    change: { readonly enabled?: boolean; readonly minutes?: number },
  ): Promise<JobSchedule | undefined>;
};

/** A record that was refused: which, why, when first and last. */
export type RejectedRecord = {
  /** The record's id, or a fingerprint of its content where it has none. */
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly runId: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
};

export type RejectedRecordStore = {
  /** Records that are not expired, in order of their ids. */
  list(limit: number, cursor: string | undefined, now: Date): Promise<Page<RejectedRecord>>;
  put(record: RejectedRecord): Promise<void>;
};

/** Forgets a refused record: for a writer that keeps the newest so many. */
export type RejectedRecordRemover = {
  remove(record: Pick<RejectedRecord, 'kind' | 'id'>): Promise<void>;
};

/** Where a listing that was not finished goes on. */
export type ListingPointer = {
  readonly listingId: string;
  readonly startedAt: number;
  readonly pageSize: number;
  readonly startedBy: string;
  /** What the last whole look showed, row for row, where its ids did not reach the `total`: the next is held against it. */
  readonly look?: string;
};

/** What one checkpoint adds: pages up to and including `throughPage` are done. */
export type ListingCheckpoint = {
  readonly throughPage: number;
  /** Fingerprints (`idFingerprint`) of the ids seen since the checkpoint before. */
  readonly seen: readonly string[];
  /** The run that did these pages, and what it counted on them. */
  readonly runId: string;
  readonly counts: Readonly<Record<string, number>>;
};

export type CheckpointStore = {
  append(listingId: string, checkpoint: ListingCheckpoint, expiresAt: Date): Promise<void>;
  load(listingId: string): Promise<readonly ListingCheckpoint[]>;
};

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
  /** What an admin made of the job's schedule; undefined where nobody touched it. */
  readonly override?: JobOverride;
  /** Ended runs by their duration, and failed ones by their error's code. */
  readonly durations: DurationHistogram;
  readonly errors: Readonly<Record<string, number>>;
};

/**
 * What an admin changed about a job. It outlives a deployment: a job that was stopped stays stopped, although
 * CloudFormation may have written its schedule anew.
 */
export type JobOverride = {
  readonly enabled?: boolean;
  readonly intervalMinutes?: number;
  /** How often it has been stopped: a run that began under a smaller number was under way when a stop came. */
  readonly stops?: number;
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
  readonly notBefore?: number;
  readonly skillsCount?: number;
  readonly categoriesCount?: number;
};

/** How many live entries the cache holds. */
export type CacheSize = { readonly skillsCount: number; readonly categoriesCount: number };

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
  setOverride(job: string, override: Omit<JobOverride, 'stops'>): Promise<void>;
  /** Gives the lease back and counts the run, in one write. @throws LeaseLostError */
  finish(lease: Lease, outcome: JobOutcome): Promise<void>;
};

/** What a list of runs is narrowed down to. */
export type RunFilter = { readonly job?: string; readonly status?: string };

export type RunStore = {
  /** Writes the whole record. @throws LeaseLostError when a later holder has written it. */
  put(run: Run, expiresAt: Date): Promise<void>;
  get(runId: string, now: Date): Promise<Run | undefined>;
  /** Newest first. @throws InvalidCursorError */
  list(filter: RunFilter, limit: number, cursor: string | undefined, now: Date): Promise<Page<Run>>;
};

/** What a sweep deleted, by kind, and what is left alive. */
export type Sweep = {
  readonly deletedSkills: number;
  readonly deletedCategories: number;
  readonly deletedRuns: number;
  readonly deletedOther: number;
  readonly liveSkills: number;
  readonly liveCategories: number;
};

/** Deletes what has expired and DynamoDB's TTL has not deleted yet. Each delete checks that it still is expired. */
export type CacheCleaner = { sweep(now: Date, signal?: AbortSignal): Promise<Sweep> };

/** The cached categories as readers see them, in order of their names. An expired one is absent. */
export type CategoryReader = {
  /** @throws InvalidCursorError */
  list(limit: number, cursor: string | undefined, now: Date): Promise<Page<Category>>;
};
