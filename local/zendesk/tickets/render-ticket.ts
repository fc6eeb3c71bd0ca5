/** Puts a stored ticket and its comments into the shape that travels. */
import { scramble } from '#local/random.ts';
import type { CommentInput, StoredTicket } from './stored-ticket.ts';
import { customFieldsOf } from './ticket-fields.ts';
import { isoSeconds, type WireComment, type WireTicket, type WireVia } from './wire-ticket.ts';

/** Longer bodies of comments are cut without a word. */
const MAX_COMMENT_LENGTH = 65_535;

const BRAND_ID = 360_000_000_501;
const FORM_ID = 360_000_000_601;
const GROUP_ID = 360_000_000_701;
const FIRST_AGENT_ID = 370_000_000_001;
const STATUS_IDS = { new: 1, open: 2, pending: 3, hold: 4, solved: 5, closed: 5, deleted: 5 } as const;
const NONE: readonly never[] = [];

/** A ticket with every documented field; `base` is e.g. `https://atom.zendesk.com`. */
export function renderTicket(ticket: StoredTicket, base: string): WireTicket {
  const { id, subject, status, requesterId } = ticket;
  const bits = scramble(id);
  const customFields = customFieldsOf(id);
  const isWaiting = status === 'new';
  return {
    url: `${base}/api/v2/tickets/${id}.json`,
    id,
    external_id: null,
    via: renderVia(ticket),
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
    generated_timestamp: ticket.generatedAt,
    type: null,
    subject,
    raw_subject: subject,
    description: ticket.description,
    priority: null,
    status,
    custom_status_id: 360_000_000_800 + STATUS_IDS[status],
    recipient: ticket.channel === 'email' ? `support@${new URL(base).hostname}` : null,
    requester_id: requesterId,
    submitter_id: requesterId,
    assignee_id: isWaiting ? null : FIRST_AGENT_ID + (bits % 3),
    organization_id: bits % 3 === 0 ? 390_000_000_000 + (bits % 40) : null,
    group_id: GROUP_ID,
    collaborator_ids: NONE,
    follower_ids: NONE,
    email_cc_ids: NONE,
    forum_topic_id: null,
    problem_id: null,
    has_incidents: false,
    is_public: true,
    due_at: null,
    tags: ticket.tags,
    custom_fields: customFields,
    fields: customFields,
    satisfaction_rating: status === 'closed' && bits % 5 === 0 ? { score: 'good' } : { score: 'unoffered' },
    sharing_agreement_ids: NONE,
    followup_ids: NONE,
    ticket_form_id: FORM_ID,
    brand_id: BRAND_ID,
    allow_channelback: false,
    allow_attachments: true,
    from_messaging_channel: ticket.channel === 'native_messaging',
    encoded_id: encodedId(bits),
    ...ticket.fields,
  };
}

/** All comments of a ticket, oldest first: its description, then what was added. */
export function renderComments(ticket: StoredTicket, base: string): WireComment[] {
  const { description, descriptionHtml, createdAt, requesterId } = ticket;
  const first: CommentInput = { body: description ?? '', html_body: descriptionHtml, created_at: createdAt };
  const comments = [renderComment(ticket, first, { index: 0, at: createdAt, base })];
  for (const [index, { at, comment }] of ticket.audits.entries()) {
    if (comment === undefined) continue;
    const given = { author_id: requesterId, ...comment };
    comments.push(renderComment(ticket, given, { index: index + 1, at: isoSeconds(at * 1000), base }));
  }
  return comments;
}

/** The number of an audit: the creation is index 0, then they go on as they were recorded. */
export function auditId(ticketId: number, index: number): number {
  return ticketId * 10_000 + index;
}

function renderComment(
  ticket: StoredTicket,
  comment: CommentInput,
  { index, at, base }: { index: number; at: string; base: string },
): WireComment {
  const body = comment.body.slice(0, MAX_COMMENT_LENGTH);
  const audit = auditId(ticket.id, index);
  return {
    id: audit + 5_000,
    type: 'Comment',
    author_id: comment.author_id === undefined ? ticket.requesterId : comment.author_id,
    body,
    html_body: (comment.html_body ?? htmlOf(body)).slice(0, MAX_COMMENT_LENGTH),
    plain_body: body,
    public: comment.public ?? true,
    attachments: (comment.attachments ?? NONE).map((file, place) => ({
      id: audit * 10 + place,
      file_name: file.file_name,
      content_url:
        file.content_url ?? `${base}/attachments/token/${scramble(audit).toString(36)}/?name=${place}`,
      content_type: 'application/octet-stream',
      size: 1024,
      inline: false,
      deleted: false,
    })),
    audit_id: audit,
    via: comment.via ?? renderVia(ticket),
    created_at: comment.created_at ?? at,
    metadata: metadataOf(ticket.id),
  };
}

/** Where the ticket came in: of mails with address and name of who sent it, as Zendesk does. */
function renderVia({ channel, requesterId }: StoredTicket): WireVia {
  if (channel !== 'email') return { channel, source: { from: {}, to: {}, rel: null } };
  const from = { address: `user${requesterId ?? 0}@example.com`, name: `User ${requesterId ?? 0}` };
  return {
    channel,
    source: { from, to: { name: 'Atom Support', address: 'support@example.com' }, rel: null },
  };
}

function metadataOf(ticketId: number): Record<string, unknown> {
  const system = {
    client: 'Mozilla/5.0 (X11; Linux x86_64)',
    ip_address: `203.0.113.${ticketId % 256}`,
    location: 'Springfield, IL, United States',
    latitude: 39.78,
    longitude: -89.65,
  };
  return { system, custom: {}, flags: [], flags_options: {}, trusted: true };
}

function htmlOf(body: string): string {
  const escaped = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<div class="zd-comment" dir="auto"><p>${escaped.replaceAll('\n', '<br>')}</p></div>`;
}

function encodedId(bits: number): string {
  const text = bits.toString(36).toUpperCase().padStart(10, 'Z');
  return `${text.slice(0, 6)}-${text.slice(6, 10)}`;
}
