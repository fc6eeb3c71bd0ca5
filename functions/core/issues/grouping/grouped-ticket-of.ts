import { evidenceText } from '#core/issues/trends/evidence-text.ts';
import { isAdvertisement } from '#core/issues/trends/spam-wave.ts';
import { effectiveAnalysis } from '#core/tickets/analyse-ticket.ts';
import { TicketKind } from '#core/tickets/analysis/analysis.ts';
import { NO_LANGUAGE } from '#core/tickets/analysis/language-tag.ts';
import { cutTo } from '#core/tickets/text/clean-text.ts';
import { ExclusionReason, type LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';

/** The most characters of a ticket without an analysis that it is grouped by. */
const MAX_TEXT = 1_000;

/**
 * What issues are made of, out of a ticket's entry. It keeps the issue that it had, unless it is spam or says nothing.
 *
 * @param known the ticket as it was before
 * @returns undefined for a ticket that the settings leave out
 */
export function groupedTicketOf(
  entry: LiveTicket,
  known: GroupedTicket | undefined,
): GroupedTicket | undefined {
  const excluded = entry.analysis.status === 'excluded' ? entry.analysis.reason : undefined;
  if (excluded === ExclusionReason.filtered) return undefined;
  const isWordless = excluded === ExclusionReason.empty || excluded === ExclusionReason.scrubbed;
  const ticket = { ...factsOf(entry), ...(isWordless ? NO_WORDS : wordsOf(entry)), issueId: null };
  const issueId = isGroupable(ticket) ? (known?.issueId ?? null) : null;
  // It has an issue and no text any more: it stays as retention left it.
  const isAged = known !== undefined && known.issueId !== null && known.text === '';
  return { ...(isAged ? withoutText(ticket) : ticket), issueId };
}

const NO_WORDS = { text: '', line: '', summary: null };

/** What a ticket says: by its analysis, or, as long as there is none, by its redacted text. */
function wordsOf(entry: LiveTicket): Pick<GroupedTicket, 'text' | 'line' | 'summary'> {
  const { statement = null, summary = null } = effectiveAnalysis(entry) ?? {};
  return { text: statement ?? textOf(entry), line: evidenceText(statement, entry), summary };
}

function factsOf(entry: LiveTicket): Omit<GroupedTicket, 'text' | 'line' | 'summary' | 'issueId'> {
  const analysis = effectiveAnalysis(entry);
  const { correction } = entry;
  const spam = isAdvertisement(textOf(entry)) ? TicketKind.spam : null;
  return {
    id: entry.id,
    revision: entry.revision,
    createdAt: entry.createdAt,
    requester: entry.requesterHash,
    language: analysis === null || analysis.language === NO_LANGUAGE ? null : analysis.language,
    kind: analysis?.kind ?? correction?.kind ?? spam,
    severity: analysis?.severity ?? correction?.severity ?? null,
    productArea: analysis?.product_area ?? correction?.product_area ?? null,
    confidence: analysis?.confidence ?? null,
    analysis: entry.analysis.status,
    mergedInto: entry.mergedInto,
  };
}

/** Whether a ticket belongs to an issue: it says something, and nothing that is spam. */
export function isGroupable({ kind, text }: Pick<GroupedTicket, 'kind' | 'text'>): boolean {
  return kind !== TicketKind.spam && text !== '';
}

/** The ticket without what it says. */
export function withoutText(ticket: GroupedTicket): GroupedTicket {
  if (ticket.text === '' && ticket.line === '' && ticket.summary === null) return ticket;
  return { ...ticket, text: '', line: '', summary: null };
}

function textOf({ subject, body }: LiveTicket): string {
  return cutTo(`${subject}\n${body}`.trim(), MAX_TEXT);
}
