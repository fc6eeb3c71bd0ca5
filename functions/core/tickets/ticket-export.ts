import type { RequestPace } from './request-pace.ts';
import type { FailedTicket } from './sync-state.ts';
import type { Ticket } from './ticket.ts';

/** Where a page begins: at the cursor of the page before, or at a time (milliseconds since 1970). */
type ExportPosition = { readonly cursor: string } | { readonly startTime: number };

export type PageRequest = {
  readonly from: ExportPosition;
  /** At most so many tickets; fewer where the server does not manage so many in time. */
  readonly pageSize: number;
  /** Every attempt waits for its turn here. */
  readonly pace: RequestPace;
  readonly signal?: AbortSignal | undefined;
};

/** One page of the export, in the order of the last change. */
export type TicketPage = {
  readonly kind: 'page';
  readonly tickets: readonly Ticket[];
  /** Tickets of the page that could not be read. */
  readonly failed: readonly FailedTicket[];
  /** Where to go on; undefined only at the end. Opaque. */
  readonly cursor: string | undefined;
  /** Whether nothing more is to be had now. */
  readonly isEnd: boolean;
  /** What was asked for in the end: less than wanted where that was too much for the server. */
  readonly pageSize: number;
};

/** A ticket as it came: one that could be read, or why not. */
export type ReadTicket = { readonly ticket: Ticket } | { readonly failed: FailedTicket };

/** The cursor is of no use any more: the export has to begin again at a time. */
export type CursorLost = { readonly kind: 'cursor_lost'; readonly status: number };

/** What the comments of a ticket say. */
export type TicketComments = {
  /** The plain text of the public ones behind the first, the oldest first. */
  readonly publicTexts: readonly string[];
  /** The merge that the last comment tells of: with which ticket, and when (milliseconds since 1970). */
  readonly merge: { readonly with: string; readonly at: number } | null;
};

/** The tickets at Zendesk. All methods throw what `adapters/zendesk/errors.ts` names, and OutOfTimeError. */
export type TicketExport = {
  page(request: PageRequest): Promise<TicketPage | CursorLost>;
  /** One ticket, to try it again; undefined where it is not there any more. */
  ticket(id: string, signal?: AbortSignal): Promise<ReadTicket | undefined>;
  /** All comments of a ticket; undefined where it is not there any more. */
  comments(id: string, signal?: AbortSignal): Promise<TicketComments | undefined>;
  /** Resolves when the credentials are those of somebody. */
  checkConnection(signal?: AbortSignal): Promise<void>;
};
