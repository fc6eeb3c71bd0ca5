import { isDeepStrictEqual } from 'node:util';
import { contentHash } from '#core/json/content-hash.ts';
import { type Ticket, TicketStatus } from './ticket.ts';
import {
  type AnalysisState,
  ExclusionReason,
  type LiveTicket,
  type TicketEntry,
  type TicketTombstone,
} from './ticket-entry.ts';
import type { TicketTransition } from './ticket-store.ts';

/** A ticket of the export with its text prepared and redacted: what the copy takes in. */
export type ReceivedTicket = Omit<Ticket, 'requesterId' | 'subject' | 'description'> &
  Pick<LiveTicket, 'requesterHash' | 'subject' | 'body' | 'isTruncated' | 'contentSha'> & {
    /** Neither subject nor body has anything in it. */
    readonly isEmpty: boolean;
    /** Its content was wiped at Zendesk. */
    readonly isScrubbed: boolean;
    /** The settings leave it out of the analysis. */
    readonly isFiltered: boolean;
  };

/** Under which lease something is written, and when (milliseconds since 1970). */
export type WrittenAt = { readonly fence: number; readonly now: number };

export const ReceiveOutcome = {
  new: 'new',
  /** Something about it changed, be it only its tags. */
  changed: 'changed',
  /** Only its time of generation did, or nothing: nothing is written. */
  unchanged: 'unchanged',
  /** It was live, and is a tombstone now. */
  deleted: 'deleted',
  /** A deletion of what was not live. */
  gone: 'gone',
  /** It was a tombstone, and is live again. */
  restored: 'restored',
  /** What is stored is newer. */
  superseded: 'superseded',
  /** A later holder of the lease has written it. */
  fenced: 'fenced',
} as const;
export type ReceiveOutcome = (typeof ReceiveOutcome)[keyof typeof ReceiveOutcome];

/**
 * Takes in one version of a ticket: the newest wins, in whatever order and however often versions come. Of two that
 * were generated in the same second a deletion wins, then the later update, then whichever content has the larger hash.
 * A ticket is to be analysed anew only when what it says has changed.
 */
export function received(
  before: TicketEntry | undefined,
  incoming: ReceivedTicket,
  at: WrittenAt,
): TicketTransition<ReceiveOutcome> {
  if (before && at.fence < before.fence) return { result: 'fenced' };
  if (incoming.status === TicketStatus.deleted) return receivedDeletion(before, incoming, at);
  if (before === undefined) return { next: liveTicket(undefined, incoming, at), result: 'new' };
  if (incoming.generatedAt < before.generatedAt) return { result: 'superseded' };
  if (before.kind === 'deleted') {
    if (incoming.generatedAt === before.generatedAt) return { result: 'superseded' };
    return { next: liveTicket(before, incoming, at), result: 'restored' };
  }
  const next = liveTicket(before, incoming, at);
  if (isSame(before, next)) return { result: 'unchanged' };
  const isTie = next.generatedAt === before.generatedAt;
  if (isTie && orderInSecond(next) < orderInSecond(before)) return { result: 'superseded' };
  return { next, result: 'changed' };
}

function receivedDeletion(
  before: TicketEntry | undefined,
  { id, generatedAt }: ReceivedTicket,
  { fence, now }: WrittenAt,
): TicketTransition<ReceiveOutcome> {
  if (before && generatedAt < before.generatedAt) return { result: 'superseded' };
  const isLive = before?.kind === 'live';
  if (before && !isLive && generatedAt === before.generatedAt) return { result: 'gone' };
  const deletedAt = before?.kind === 'deleted' ? before.deletedAt : now;
  const revision = before?.revision ?? 0;
  const next: TicketTombstone = { kind: 'deleted', id, generatedAt, fence, revision, deletedAt };
  return { next, result: isLive ? 'deleted' : 'gone' };
}

function liveTicket(
  before: TicketEntry | undefined,
  { isEmpty, isScrubbed, isFiltered, ...facts }: ReceivedTicket,
  { fence, now }: WrittenAt,
): LiveTicket {
  const live = before?.kind === 'live' ? before : undefined;
  const reason = exclusionOf({ isEmpty, isScrubbed, isFiltered, mergedInto: facts.mergedInto });
  return {
    ...facts,
    kind: 'live',
    fence,
    revision: before?.revision ?? 0,
    analysis: reason ? { status: 'excluded', reason } : dueAnalysis(live, facts.contentSha, now),
    // What was read out of a text that was wiped goes with it.
    analysed: isScrubbed ? null : (live?.analysed ?? null),
    correction: live?.correction ?? null,
  };
}

type Flags = Pick<ReceivedTicket, 'isEmpty' | 'isScrubbed' | 'isFiltered' | 'mergedInto'>;

function exclusionOf({ isEmpty, isScrubbed, isFiltered, mergedInto }: Flags): ExclusionReason | undefined {
  if (isScrubbed) return ExclusionReason.scrubbed;
  if (mergedInto !== null) return ExclusionReason.merged;
  if (isEmpty) return ExclusionReason.empty;
  return isFiltered ? ExclusionReason.filtered : undefined;
}

/** Where a ticket with this content is on its way, if it is to be analysed at all. */
function dueAnalysis(before: LiveTicket | undefined, contentSha: string, now: number): AnalysisState {
  const isOnItsWay = before && before.analysis.status !== 'excluded';
  if (isOnItsWay && before.contentSha === contentSha) return before.analysis;
  if (before?.analysed?.contentSha === contentSha) return { status: 'done' };
  return { status: 'pending', since: now, attempts: 0 };
}

function isSame(before: LiveTicket, next: LiveTicket): boolean {
  return isDeepStrictEqual(versionless(before), versionless(next));
}

function versionless({ generatedAt: _time, fence: _fence, revision: _revision, ...rest }: LiveTicket) {
  return rest;
}

/** Text in whose order two versions of the same second are; it depends on nothing but what Zendesk said. */
function orderInSecond(ticket: LiveTicket): string {
  const { updatedAt, status, priority, type, channel, brandId, formId, tags, mergedInto } = ticket;
  const { requesterHash, subject, body, contentSha } = ticket;
  const facts = { status, priority, type, channel, brandId, formId, tags, mergedInto };
  const hash = contentHash({ ...facts, requesterHash, subject, body, contentSha });
  return `${String(updatedAt).padStart(16, '0')} ${hash}`;
}
