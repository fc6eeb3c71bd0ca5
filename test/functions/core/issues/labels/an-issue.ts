import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';

export const NOW = Date.parse('2026-11-27T12:00:00Z');

/** An issue as a generation has it. */
export function anIssue(id: string, more: Partial<IssueSummary> = {}): IssueSummary {
  return {
    ...{ id, isEmerging: false, fallbackTitle: `Issue ${id}`, kind: 'bug', productArea: 'export' },
    severityMix: { critical: 0, high: 0, medium: 3, low: 0 },
    ...{ ticketsTotal: 3, tickets7d: 3, tickets24h: 3, requesters7d: 3 },
    growth: { ratio: 1, low: 0.5, high: 2 },
    ...{ trend: 'new', score: 6, firstSeen: NOW, lastSeen: NOW, languages: ['en'] },
    ...{ representative: null, keywords: ['csv export', 'timeout'], examples: [] },
    ...{ incidentId: null, days: ['2026-11-27'] },
    ...more,
  };
}

/** A ticket that was analysed, whose text is its statement. */
export function aTicket(
  id: string,
  issueId: string,
  text: string,
  more: Partial<GroupedTicket> = {},
): GroupedTicket {
  return {
    ...{ id, revision: 1, createdAt: NOW, requester: `r${id}`, text, line: text, summary: 'It fails.' },
    ...{ language: 'en', kind: 'bug', severity: 'medium', productArea: 'export', confidence: 'high' },
    ...{ analysis: 'done', mergedInto: null, issueId },
    ...more,
  };
}

/** An issue whose examples are tickets with these statements. */
export function issueOf(
  id: string,
  statements: readonly string[],
  more: Partial<IssueSummary> = {},
): { readonly issue: IssueSummary; readonly tickets: GroupedTicket[] } {
  const tickets = statements.map((text, n) => aTicket(`${id}-${n}`, id, text));
  const examples = tickets.map(({ id: ticketId, line, language }) => ({ ticketId, line, language }));
  return { issue: anIssue(id, { examples, ...more }), tickets };
}

export const dayOf = (tickets: readonly GroupedTicket[]): TicketDay => ({ day: '2026-11-27', tickets });

export function someFacts(id: string, more: Partial<IssueFacts> = {}): IssueFacts {
  return {
    ...{ id, version: 1, status: 'open', title: null, owner: null, note: null, label: null },
    ...{ listedAt: NOW, resolvedAt: null, reopenedAt: null, hasMerged: false },
    ...more,
  };
}
