import type { TicketDay } from './grouped-ticket.ts';
import type { IssueSummary } from './issue.ts';
import type { DayCounts, DayTotal } from './trends/hour-counts.ts';

/** The counts of one UTC day, by series key. Days older than the window keep totals only. */
export type DayOfCounts = {
  readonly hours: ReadonlyMap<string, DayCounts>;
  readonly totals: ReadonlyMap<string, DayTotal>;
};

/**
 * One state of the grouping of all tickets. It never changes: each change publishes the next one, and a reader that pages
 * through one never sees half of two. Times are milliseconds since 1970.
 */
export type IssueGeneration = {
  /** From 1 on. */
  readonly number: number;
  readonly publishedAt: number;
  /** Every ticket that was created before is in it. */
  readonly syncedUntil: number;
  /** … and since this time; of the time before there are only tickets that changed later. 0: all of them. */
  readonly completeSince: number;
  /** Operators' decisions up to this one are in it; 0: none. */
  readonly decisions: number;
  /** When tickets were grouped anew last; null: not yet. */
  readonly consolidatedAt: number | null;
  /** The days that have tickets, and how many, the oldest first. */
  readonly days: ReadonlyMap<string, number>;
  /** The days that have counts. */
  readonly countedDays: ReadonlySet<string>;
};

/** What is different in the next generation. What is not named stays as it is. */
export type NextGeneration = Pick<
  IssueGeneration,
  'publishedAt' | 'syncedUntil' | 'completeSince' | 'decisions' | 'consolidatedAt'
> & {
  /** A day without tickets is no longer kept. */
  readonly days: readonly TicketDay[];
  readonly counts: ReadonlyMap<string, DayOfCounts>;
  /** All issues, those that are emerging, too. */
  readonly issues: readonly IssueSummary[];
};

/** The generations of the issues of one Zendesk account. */
export type IssueGenerations = {
  /** The one that counts; undefined before the first. */
  current(): Promise<IssueGeneration | undefined>;
  /** An earlier one, which stays readable for at least an hour after the next; undefined: gone. */
  get(number: number): Promise<IssueGeneration | undefined>;
  /** All tickets of days, by day. Days that have none are left out. @throws StorageError */
  readDays(generation: IssueGeneration, days: Iterable<string>): Promise<ReadonlyMap<string, TicketDay>>;
  readCounts(generation: IssueGeneration, days: Iterable<string>): Promise<ReadonlyMap<string, DayOfCounts>>;
  readIssues(generation: IssueGeneration): Promise<readonly IssueSummary[]>;
  /**
   * Makes the next generation count, wholly or not at all.
   *
   * @param before what it was made of; undefined: there is none yet
   * @throws GenerationChangedError where another one counts by now
   */
  publish(before: IssueGeneration | undefined, next: NextGeneration): Promise<IssueGeneration>;
  /** Forgets all of them: the tickets are those of another account. */
  reset(): Promise<void>;
  /** Takes away what no generation has that can still be read. @returns how many items */
  sweep(now: number): Promise<number>;
};
