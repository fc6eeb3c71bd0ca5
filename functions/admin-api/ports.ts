import type { CategoryReader } from '#core/categories/category-store.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import type { FeedStore } from '#core/feed/feed-state.ts';
import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import type { Log } from '#core/log.ts';
import { MetricName } from '#core/metric-name.ts';
import type { ListCursors } from '#core/page.ts';
import type { RatingConflictLog, RatingPulls, RatingStore, RatingTally } from '#core/ratings/rating-ports.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { RunTrigger } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { ScheduleStore } from '#core/runs/schedule-store.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import type { CacheReadCounter } from '#core/skills/cache-reads.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import type { SkillEditor } from '#core/skills/skill-editor.ts';
import type { SkillReader } from '#core/skills/skill-reader.ts';
import type { ProductArea } from '#core/tickets/analysis/analysis.ts';
import type { SpendLimits } from '#core/tickets/spend.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import type { TicketTask } from '#core/tickets/ticket-task.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import type { IssueReader } from './issues/issue-reader.ts';

/** What a valid token says about its holder. */
type TokenClaims = {
  readonly subject: string;
  /** The names that it claims, among which a level may be. */
  readonly levels: readonly string[];
};

/**
 * Checks a caller's token.
 *
 * @throws TokenExpiredError | InvalidTokenError for a token that is no good
 * @throws KeysUnavailableError when the issuer's keys can't be had, which says nothing about the token
 */
export type VerifyToken = (token: string) => Promise<TokenClaims>;

/**
 * Asks for a run of a job in an invocation of its own and does not wait for it.
 *
 * @throws InvocationError whose `retryable` tells whether asking again can help
 */
export type StartRun = (request: {
  readonly trigger: 'manual';
  readonly run_id: string;
  /** Of a rating sync: every dead letter goes back into the queue. */
  readonly redrive?: true;
  /** Of a skill sync: the marketplace's word is taken even where it is older. */
  readonly accept_older?: true;
}) => Promise<void>;

/** The event that asks for a part of a run of the ticket worker. */
type TicketRunRequest = TicketTaskParameters & {
  readonly trigger: RunTrigger;
  readonly run_id: string;
  readonly task: TicketTask;
};

/** What a caller may ask of a task. */
export type TicketTaskParameters = {
  readonly backfill_days?: number | undefined;
  readonly batch_size?: number | undefined;
};

/**
 * Asks for a part of a run of the ticket worker in an invocation of its own and does not wait for it.
 *
 * @throws InvocationError whose `retryable` tells whether asking again can help
 */
type StartTicketRun = (request: TicketRunRequest) => Promise<void>;

/** The settings of the ticket pipeline that the API goes by. */
export type TicketApiSettings = {
  /** False: no run of the tickets starts. */
  readonly enabled: boolean;
  readonly subdomain: string;
  /** Where agents read tickets: scheme and host. */
  readonly zendeskUrl: string;
  /** The model that analyses. */
  readonly model: string;
  readonly areas: readonly ProductArea[];
  /** Up to so many tickets are analysed directly, more in a batch. */
  readonly directMax: number;
  /** What Claude may cost. */
  readonly limits: SpendLimits;
  /** Distinct requesters below which tickets are no issue yet. */
  readonly minRequesters: number;
};

/** A ticket that was found, as it is now. The higher the score the better. */
export type FoundTicket = {
  readonly ticket: LiveTicket;
  readonly issueId: string | null;
  readonly score: number;
};

/** Searches the tickets of the last 90 days by what they say. */
export type TicketSearch = {
  /** The best first. `partial`: why not all tickets were searched; undefined where they were. */
  search(
    query: string,
    limit: number,
  ): Promise<{ readonly found: readonly FoundTicket[]; readonly partial: string | undefined }>;
};

/** The issues that tickets are grouped into, as far as the API reads and changes them. */
export type IssueServices = {
  /** Reads the generations, and remembers what it read. */
  readonly reader: IssueReader;
  readonly generations: Pick<IssueGenerations, 'publish' | 'reset'>;
  readonly records: Omit<IssueRecords, 'putDigest'>;
  readonly search: TicketSearch;
  readonly cursors: { readonly issues: ListCursors; readonly tickets: ListCursors };
};

/** The ticket pipeline, as far as the API reads and steers it. */
export type TicketServices = {
  readonly store: Pick<TicketStore, 'get' | 'getMany' | 'change' | 'pending' | 'counts' | 'list' | 'history'>;
  readonly syncStates: Pick<TicketSyncStates, 'account' | 'read' | 'reset'>;
  readonly ledger: Pick<SpendLedger, 'read'>;
  /** Begins a `sync` or a `pipeline`. */
  readonly startSync: StartTicketRun;
  /** Begins an `analyze`, and goes on with a run that waits, whatever its task. */
  readonly startAnalysis: StartTicketRun;
  /** Begins a `consolidate` or a `retention`. */
  readonly startIssues: StartTicketRun;
  /** Loaded when they are first needed: most invocations are about something else. */
  readonly issues: () => Promise<IssueServices>;
  readonly settings: TicketApiSettings;
};

/** The settings of the stack that the API goes by. */
export type ApiSettings = {
  /** Ids of the jobs that have a schedule, in the order of the lists. */
  readonly jobs: readonly string[];
  readonly skillSyncIntervalMinutes: number;
  /** Whether there is a real-time feed, and whether its task is started by itself. */
  readonly feed: { readonly deployed: boolean; readonly started: boolean };
};

/** Events that CloudWatch counts, for its alarms: only what should not happen, so that a quiet system costs nothing. */
export const AlarmedEvent = {
  unhealthy: MetricName.unhealthyAnswers,
  auditLost: MetricName.lostAuditRecords,
} as const;
export type AlarmedEvent = (typeof AlarmedEvent)[keyof typeof AlarmedEvent];

/** Everything that routes work with. */
export type Services = {
  readonly skills: SkillReader;
  readonly cacheReads: CacheReadCounter;
  readonly search: SkillSearch;
  readonly categories: CategoryReader;
  readonly editor: SkillEditor;
  readonly jobs: Pick<JobStore, 'state' | 'setOverride' | 'setCacheSize' | 'acquire' | 'finish' | 'cancel'>;
  readonly schedules: ScheduleStore;
  readonly cleaner: CacheCleaner;
  readonly audit: AuditStore;
  readonly runs: RunStore;
  readonly conflicts: Omit<ConflictStore, 'drainOutboxes'>;
  readonly feed: Pick<FeedStore, 'read' | 'control'>;
  readonly rejectedRecords: Pick<RejectedRecordStore, 'list'>;
  readonly ratings: RatingStore;
  readonly pulls: Pick<RatingPulls, 'ensure'>;
  readonly tally: Pick<RatingTally, 'read'>;
  readonly ratingConflicts: Pick<RatingConflictLog, 'list'>;
  readonly startSkillSync: StartRun;
  readonly startRatingSync: StartRun;
  /** Undefined where no Zendesk is configured: nothing of the tickets is deployed then, not even their index. */
  readonly tickets: TicketServices | undefined;
  readonly settings: ApiSettings;
  readonly count: (what: AlarmedEvent) => void;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
};
