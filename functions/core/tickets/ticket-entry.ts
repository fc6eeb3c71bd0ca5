import type { Analysis } from './analysis/analysis.ts';
import type { Correction } from './analysis/correction.ts';
import type { Ticket } from './ticket.ts';

/** What is kept of a ticket: one entry, live or a tombstone. Times are milliseconds since 1970. */
export type TicketEntry = LiveTicket | TicketTombstone;

/** Who wrote an entry last, and how often it was written: what a compare-and-swap goes by. */
type EntryVersion = {
  readonly id: string;
  readonly generatedAt: number;
  /** Fencing number of the run that wrote it last; a write under a smaller one is refused. */
  readonly fence: number;
  /** Grows by one with each write; 0: never written. */
  readonly revision: number;
};

export type LiveTicket = EntryVersion &
  Omit<Ticket, 'requesterId' | 'subject' | 'description'> & {
    readonly kind: 'live';
    /** HMAC of the requester's id under a secret key: tells requesters apart and names nobody. */
    readonly requesterHash: string | null;
    /** Prepared and redacted: all that is analysed, searched and shown. */
    readonly subject: string;
    readonly body: string;
    /** The text was longer than what is kept of it. */
    readonly isTruncated: boolean;
    /** `contentSha` of subject and body: a new analysis is due only when it changes. */
    readonly contentSha: string;
    readonly analysis: AnalysisState;
    /** The newest analysis; stays while another one is due. */
    readonly analysed: StoredAnalysis | null;
    /** What an operator put right; kept over re-analysis. */
    readonly correction: Correction | null;
  };

/** The id of a ticket that is gone, and when it went. */
export type TicketTombstone = EntryVersion & { readonly kind: 'deleted'; readonly deletedAt: number };

/** Where a ticket is on its way to an analysis. `attempts` counts requests that came to nothing. */
export type AnalysisState =
  | { readonly status: 'pending'; readonly since: number; readonly attempts: number }
  /** Asked for in a batch that has not been collected. */
  | {
      readonly status: 'batched';
      readonly since: number;
      readonly attempts: number;
      readonly batchId: string;
    }
  | { readonly status: 'done' }
  | { readonly status: 'failed'; readonly attempts: number; readonly reason: string }
  | { readonly status: 'refused'; readonly reason: string }
  /** Not to be analysed at all. */
  | { readonly status: 'excluded'; readonly reason: ExclusionReason };

export const ExclusionReason = {
  /** Neither subject nor body has anything in it. */
  empty: 'empty',
  /** Its content was wiped at Zendesk. */
  scrubbed: 'scrubbed',
  /** It was merged into another ticket, which is analysed. */
  merged: 'merged',
  /** `TICKET_BRANDS`, `TICKET_FORMS` or `TICKET_EXCLUDE_TAGS` leave it out. */
  filtered: 'filtered',
} as const;
export type ExclusionReason = (typeof ExclusionReason)[keyof typeof ExclusionReason];

/** An analysis as it is kept, with where it came from and what it cost. */
export type StoredAnalysis = {
  readonly analysis: Analysis;
  readonly schemaVersion: number;
  readonly promptSha: string;
  readonly model: string;
  readonly requestId: string;
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cacheReadTokens: number;
  };
  readonly costMicroUsd: number;
  readonly contentSha: string;
  readonly analysedAt: number;
};
