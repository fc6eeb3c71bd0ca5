import type { Page } from '#core/page.ts';
import type { Confidence, Sentiment, Severity, TicketKind } from './analysis/analysis.ts';
import type { TicketStatus } from './ticket.ts';
import type { LiveTicket, StoredAnalysis, TicketEntry } from './ticket-entry.ts';

/**
 * What becomes of an entry: `next` is written, or nothing is where it is undefined. `history`: an analysis that joins
 * the ticket's history in the same step. A tombstone takes raw text and history with it.
 */
export type TicketTransition<T> = {
  readonly next?: TicketEntry;
  readonly history?: StoredAnalysis;
  readonly result: T;
};

/** The text of a ticket as it came, kept at rest for `TICKET_RAW_RETENTION_DAYS` only. */
export type RawText = { readonly subject: string | null; readonly description: string | null };

/** What a list of tickets is narrowed down to. Times are milliseconds since 1970; `from` is included, `to` is not. */
export type TicketFilter = {
  readonly status?: TicketStatus | undefined;
  readonly kind?: TicketKind | undefined;
  readonly severity?: Severity | undefined;
  readonly productArea?: string | undefined;
  readonly sentiment?: Sentiment | undefined;
  readonly language?: string | undefined;
  readonly confidence?: Confidence | undefined;
  readonly analysis?: 'pending' | 'done' | 'failed' | 'refused' | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/** A live ticket and the revision of its entry: whoever knows it under that revision knows all of it. */
export type TicketRevision = { readonly id: string; readonly createdAt: number; readonly revision: number };

/** How many live tickets there are by where they are on their way to an analysis. */
export type TicketCounts = { readonly pending: number; readonly batched: number; readonly failed: number };

/** The tickets of one Zendesk account. */
export type TicketStore = {
  get(id: string): Promise<TicketEntry | undefined>;
  /** Entries by id, read together; one that does not exist is not in the map. At most 1,000 ids. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, TicketEntry>>;
  /**
   * Reads an entry, has the transition decide, and writes what it decides on condition that the entry is still the one
   * that was read; tries again on what is stored then. The transition may run several times.
   *
   * @param known the entry as it was read before, which spares a read where it is written as long as it has no analysis.
   *   Before nothing is written, what is stored is always read
   * @throws StorageError
   */
  change<T>(
    id: string,
    transition: (before: TicketEntry | undefined) => TicketTransition<T>,
    known?: { readonly entry: TicketEntry | undefined },
  ): Promise<T>;
  /** Keeps the text as it came until `expiresAt`; an older version never replaces a newer one. */
  putRaw(
    id: string,
    raw: RawText,
    version: { readonly generatedAt: number; readonly expiresAt: number },
  ): Promise<void>;
  /** Undefined where it is not kept, or not any more. */
  getRaw(id: string, now: number): Promise<RawText | undefined>;
  /** Tickets that wait for an analysis, the newest first. */
  pending(limit: number): Promise<readonly LiveTicket[]>;
  counts(): Promise<TicketCounts>;
  /** Live tickets by their time of creation, the newest first. @throws InvalidCursorError */
  list(filter: TicketFilter, limit: number, cursor: string | undefined): Promise<Page<LiveTicket>>;
  /**
   * Every live ticket that was created in a time, with its revision, in no order and in pieces. Those that the settings
   * leave out are not among them. What was written in the last seconds may be missing.
   *
   * @param range milliseconds since 1970; `from` is included, `to` is not. Without an end it has none
   */
  revisions(range: {
    readonly from?: number | undefined;
    readonly to?: number | undefined;
  }): AsyncIterable<readonly TicketRevision[]>;
  /** Every analysis of a ticket, the newest first, at most 20. */
  history(id: string): Promise<readonly StoredAnalysis[]>;
};
