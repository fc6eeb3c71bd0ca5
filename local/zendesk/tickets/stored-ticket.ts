/** A ticket as the simulator keeps it: what differs from ticket to ticket. `render-ticket.ts` adds the rest. */
import type { TicketStatus, WireTicket, WireVia } from './wire-ticket.ts';

/** What a ticket can be made with; whatever is given is sent as it is, wrong types and unknown fields too. */
export type TicketInput = Partial<WireTicket> & {
  /** Further comments, in the order they were written; the first comment always is the description. */
  readonly comments?: readonly CommentInput[];
  /** Which exports show it: those of `support_type_scope` `agent` (default) or `ai_agent`. */
  readonly support_type?: 'agent' | 'ai_agent';
  readonly [field: string]: unknown;
};

/** A comment to be added. */
export type CommentInput = {
  readonly body: string;
  /** Default: the body, its lines as paragraphs. */
  readonly html_body?: string;
  /** Default true. */
  readonly public?: boolean;
  /** Default: the requester. */
  readonly author_id?: number | null;
  /** Default: the time of the operation. */
  readonly created_at?: string;
  readonly via?: WireVia;
  readonly attachments?: readonly { readonly file_name: string; readonly content_url?: string }[];
};

/** One recorded change of a ticket: a comment, changed fields, or both. The creation is not among them. */
export type StoredAudit = {
  /** Unix seconds. */
  readonly at: number;
  readonly comment?: CommentInput;
  readonly changes: readonly {
    readonly field: string;
    readonly value: unknown;
    readonly previous: unknown;
  }[];
};

export type StoredTicket = {
  readonly id: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Unix seconds of the last change of any kind; with the id it is the ticket's place in the export. */
  readonly generatedAt: number;
  readonly status: TicketStatus;
  readonly subject: string | null;
  readonly description: string | null;
  readonly requesterId: number | null;
  readonly tags: readonly string[];
  readonly channel: string;
  /** Any other field that differs from the default. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The HTML that the description came as. */
  readonly descriptionHtml?: string;
  /** The status before it was deleted. */
  readonly statusBefore?: TicketStatus;
  readonly isArchived: boolean;
  readonly isScrubbed: boolean;
  readonly supportType: 'agent' | 'ai_agent';
  readonly audits: readonly StoredAudit[];
};
