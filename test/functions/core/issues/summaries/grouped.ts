import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import { noFacts } from '#core/issues/operate/facts-transitions.ts';
import { dayOf, HOUR_MS, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';

/** A Wednesday noon, to which the tests' times are relative. */
export const NOW = Date.parse('2026-03-04T12:30:00Z');
export const DAY_MS = 24 * HOUR_MS;

/** A time so many days and hours ago. */
export const ago = (days: number, hours = 0) => NOW - days * DAY_MS - hours * HOUR_MS;

/** A ticket of an issue, of somebody of their own, analysed as a bug. */
export function ticketOf(id: string, over: Partial<GroupedTicket> = {}): GroupedTicket {
  const text = over.text ?? `The export stops with an error ${id}`;
  return {
    ...{ id, revision: 1, createdAt: ago(1), requester: `person of ${id}`, text, line: text },
    ...{ summary: null, language: 'en', kind: 'bug', severity: 'medium', productArea: 'export' },
    ...{ confidence: 'high', analysis: 'done', mergedInto: null, issueId: 'A' },
    ...over,
  };
}

/** Tickets by the day that they were created in. */
export function daysOf(...tickets: readonly GroupedTicket[]): Map<string, TicketDay> {
  const days = new Map<string, TicketDay>();
  for (const ticket of tickets) {
    const day = dayOf(hourOf(ticket.createdAt));
    days.set(day, { day, tickets: [...(days.get(day)?.tickets ?? []), ticket] });
  }
  return days;
}

/** A summary with little in it. */
export function summaryOf(id: string, over: Partial<IssueSummary> = {}): IssueSummary {
  return {
    ...{ id, isEmerging: false, fallbackTitle: `Title of ${id}`, kind: 'bug', productArea: null },
    severityMix: { critical: 0, high: 0, medium: 0, low: 0 },
    ...{ ticketsTotal: 5, tickets7d: 5, tickets24h: 1, requesters7d: 5, score: 1, trend: 'steady' },
    growth: { ratio: 1, low: 0.5, high: 2 },
    ...{ firstSeen: ago(3), lastSeen: ago(1), languages: ['en'], representative: null, keywords: [] },
    ...{ examples: [], incidentId: null, days: ['2026-03-03'] },
    ...over,
  };
}

export function factsOf(id: string, over: Partial<IssueFacts> = {}): IssueFacts {
  return { ...noFacts(id), version: 1, ...over };
}

/** An open incident of issue A. */
export function incidentOf(id: string, over: Partial<Incident> = {}): Incident {
  const openedHour = hourOf(ago(0, 5));
  return {
    ...{ id, title: `Incident ${id}`, openedAt: (openedHour + 1) * HOUR_MS, closedAt: null },
    ...{
      isRetrospective: false,
      openedHour,
      lastHour: openedHour,
      series: ['issue#A'],
      issues: ['A'],
      tickets: [],
      terms: [],
    },
    ...{ centroid: new Map(), windowHours: 3, observed: 8, expected: 0.2, p: 1e-9 },
    ...over,
  };
}
