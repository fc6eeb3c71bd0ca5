import type { Confidence, Severity, TicketKind } from '#core/tickets/analysis/analysis.ts';
import type { AnalysisState } from '#core/tickets/ticket-entry.ts';

/**
 * A ticket as issues are made of it, and the issue that it is in. One whose brand, form or tags are left out by the
 * settings is none. Times are milliseconds since 1970.
 */
export type GroupedTicket = {
  readonly id: string;
  /** Revision of the entry that it was made of: an entry with another one is read anew. */
  readonly revision: number;
  readonly createdAt: number;
  /** A pseudonym of who wrote it; null: not known. */
  readonly requester: string | null;
  /** What it is grouped by: the statement of its analysis, or redacted subject and body. Empty: it says nothing, or is older than {@link WINDOW_DAYS}. */
  readonly text: string;
  /** What is shown of it: the statement of its analysis, or one line of its text. Empty as `text` is. */
  readonly line: string;
  /** The summary of its analysis, in the ticket's language. */
  readonly summary: string | null;
  readonly language: string | null;
  /** What an operator put right counts; without an analysis an advertisement is `spam`, and nothing else has a kind. */
  readonly kind: TicketKind | null;
  readonly severity: Severity | null;
  readonly productArea: string | null;
  readonly confidence: Confidence | null;
  readonly analysis: AnalysisState['status'];
  /** The ticket that it was merged into, where it was. */
  readonly mergedInto: string | null;
  /** Null: spam, or nothing to group it by. */
  readonly issueId: string | null;
};

/** The tickets that were created in one UTC day (`2025-11-11`), by time and id. */
export type TicketDay = { readonly day: string; readonly tickets: readonly GroupedTicket[] };

/** Tickets are grouped among those of so many days; older ones keep their issue and lose their texts. */
export const WINDOW_DAYS = 90;
