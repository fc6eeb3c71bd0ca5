import { createHmac } from 'node:crypto';
import type { ReceivedTicket } from './receive-ticket.ts';
import { cutTo } from './text/clean-text.ts';
import { contentSha } from './text/content-sha.ts';
import { prepareText } from './text/prepare-text.ts';
import { type Ticket, TicketStatus } from './ticket.ts';
import type { LiveTicket, TicketEntry } from './ticket-entry.ts';
import type { TicketComments } from './ticket-export.ts';
import type { RawText } from './ticket-store.ts';

/** Which tickets are analysed; an empty set leaves none out. */
export type TicketSelection = {
  readonly brands: ReadonlySet<string>;
  readonly forms: ReadonlySet<string>;
  readonly excludedTags: ReadonlySet<string>;
};

/** What a ticket's text is made of: its first comment, or all public ones. */
export const TicketText = { first: 'first', public: 'public' } as const;
export type TicketText = (typeof TicketText)[keyof typeof TicketText];

export type PrepareRules = {
  readonly text: TicketText;
  readonly selection: TicketSelection;
  /** The secret key of the requesters' hashes. */
  readonly requesterKey: string;
};

/** A ticket as the copy takes it in, and its text as it came. */
export type PreparedTicket = { readonly incoming: ReceivedTicket; readonly raw: RawText };

/** The most characters of a text that is kept as it came: in UTF-8 within what one item of the table holds. */
const MAX_RAW = 100_000;
/** 96 bits tell all requesters of an account apart. */
const HASH_BYTES = 12;
/** Zendesk's own tag on a ticket that went into another one. */
const MERGE_TAG = 'closed_by_merge';
/** Times that Zendesk gives to what it does in one step differ by less. */
const AT_ONCE_MS = 60_000;

/**
 * Whether the comments of a ticket have to be read: for its text where that is of all public ones, and to learn where it
 * went where it was closed by a merge. One that was not touched since it was stored is as it was.
 */
export function needsComments(ticket: Ticket, before: TicketEntry | undefined, text: TicketText): boolean {
  if (ticket.status === TicketStatus.deleted || isUntouched(ticket, before)) return false;
  return text === TicketText.public || mayBeMerged(ticket, before);
}

function isUntouched({ updatedAt }: Ticket, before: TicketEntry | undefined): before is LiveTicket {
  return before?.kind === 'live' && before.updatedAt === updatedAt;
}

/** A ticket that is closed without having been solved: a merge closes its sources so. */
function mayBeMerged({ status, mergedInto, tags }: Ticket, before: TicketEntry | undefined): boolean {
  if (status !== TicketStatus.closed || mergedInto !== null) return false;
  const live = before?.kind === 'live' ? before : undefined;
  if (live?.mergedInto) return false;
  if (tags.includes(MERGE_TAG)) return true;
  return live !== undefined && live.status !== TicketStatus.solved && live.status !== TicketStatus.closed;
}

/**
 * Prepares a ticket: its text redacted, its requester a keyed hash, and whether the settings want it analysed. Neither
 * the requester's id nor the text as it came is in what the copy takes in.
 */
export function prepareTicket(
  ticket: Ticket,
  before: TicketEntry | undefined,
  comments: TicketComments | undefined,
  { text, selection, requesterKey }: PrepareRules,
): PreparedTicket {
  const { requesterId, subject, description, ...facts } = ticket;
  const added = text === TicketText.public ? (comments?.publicTexts ?? []) : [];
  const whole = [description ?? '', ...added].filter((part) => part !== '').join('\n\n');
  const raw: RawText = {
    subject: subject === null ? null : cutTo(subject, MAX_RAW),
    description: description === null && added.length === 0 ? null : cutTo(whole, MAX_RAW),
  };
  const {
    subject: title,
    body,
    isTruncated,
    isEmpty,
    isScrubbed,
  } = prepareText({ subject, description: whole });
  const fresh = { subject: title, body, isTruncated, contentSha: contentSha({ subject: title, body }) };
  const keeps =
    text === TicketText.public && comments === undefined && isUntouched(ticket, before) && !isScrubbed;
  const incoming: ReceivedTicket = {
    ...facts,
    ...(keeps ? textOf(before) : fresh),
    mergedInto: ticket.mergedInto ?? targetOf(ticket, comments) ?? knownTarget(ticket, before),
    requesterHash: requesterId === null ? null : requesterHash(requesterId, requesterKey),
    isEmpty: keeps ? before.subject === '' && before.body === '' : isEmpty,
    isScrubbed,
    isFiltered: !isSelected(ticket, selection),
  };
  return { incoming, raw };
}

/** The text of an entry, which a change of something else leaves as it is. */
function textOf({ subject, body, isTruncated, contentSha: sha }: LiveTicket): StoredText {
  return { subject, body, isTruncated, contentSha: sha };
}
type StoredText = Pick<LiveTicket, 'subject' | 'body' | 'isTruncated' | 'contentSha'>;

/**
 * Where a ticket was merged into. The comments of source and target look alike; the source is closed by the merge, so at
 * the same time, and the target goes on.
 */
function targetOf({ status, tags, updatedAt }: Ticket, comments: TicketComments | undefined): string | null {
  const { merge } = comments ?? {};
  if (!merge || status !== TicketStatus.closed) return null;
  const isSource = tags.includes(MERGE_TAG) || Math.abs(updatedAt - merge.at) <= AT_ONCE_MS;
  return isSource ? merge.with : null;
}

/** Once merged a ticket stays closed; what is known of it is not asked for again. */
function knownTarget({ status }: Ticket, before: TicketEntry | undefined): string | null {
  return status === TicketStatus.closed && before?.kind === 'live' ? before.mergedInto : null;
}

/** Tells requesters of an account apart and names nobody who has not the key. */
function requesterHash(requesterId: string, key: string): string {
  return createHmac('sha256', key).update(requesterId).digest().toString('base64url', 0, HASH_BYTES);
}

function isSelected(ticket: Ticket, { brands, forms, excludedTags }: TicketSelection): boolean {
  const isIn = (ids: ReadonlySet<string>, id: string | null) =>
    ids.size === 0 || (id !== null && ids.has(id));
  const hasBadTag = ticket.tags.some((tag) => excludedTags.has(tag));
  return isIn(brands, ticket.brandId) && isIn(forms, ticket.formId) && !hasBadTag;
}
