import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueEvent, IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import type { DayOfCounts, NextGeneration } from '#core/issues/issue-generation.ts';
import type { Digest } from '#core/issues/trends/digest.ts';
import { countDay } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { T0 } from './versions.ts';

export const ISSUE = '01JX0000000000000000000001';

/** A ticket with all that a grouped one can have, in whatever script. */
export function groupedTicket(over: Partial<GroupedTicket> = {}): GroupedTicket {
  return {
    id: '123456789012345678',
    revision: 3,
    createdAt: T0,
    requester: 'hmac',
    text: 'Export fails – naïve 日本 \u0000 🙂',
    line: 'Export fails',
    summary: 'エクスポートが失敗する',
    language: 'ja',
    kind: 'bug',
    severity: 'high',
    productArea: 'export/csv',
    confidence: 'medium',
    analysis: 'done',
    mergedInto: '5',
    issueId: ISSUE,
    ...over,
  };
}

/** One of which nothing is known. */
export function bareTicket(id: string, over: Partial<GroupedTicket> = {}): GroupedTicket {
  return {
    ...groupedTicket({ id, text: '', line: '', analysis: 'pending' }),
    ...{ requester: null, summary: null, language: null, kind: null, severity: null },
    ...{ productArea: null, confidence: null, mergedInto: null, issueId: null },
    ...over,
  };
}

export function ticketDay(day: string, ...ids: readonly string[]): TicketDay {
  const createdAt = Date.parse(`${day}T12:00:00Z`);
  return { day, tickets: ids.map((id) => groupedTicket({ id, createdAt, mergedInto: null })) };
}

/** The counts of a day of tickets. */
export function countsOf({ day, tickets }: TicketDay): DayOfCounts {
  return { hours: countDay(tickets, day), totals: new Map() };
}

export function issueSummary(over: Partial<IssueSummary> = {}): IssueSummary {
  return {
    id: ISSUE,
    isEmerging: false,
    fallbackTitle: 'Export fails',
    kind: 'bug',
    productArea: null,
    severityMix: { critical: 0, high: 2, medium: 1, low: 0 },
    ticketsTotal: 4,
    tickets7d: 3,
    tickets24h: 1,
    requesters7d: 3,
    growth: { ratio: 1.5, low: 0.9, high: 2.5 },
    trend: 'steady',
    score: 12.25,
    firstSeen: T0 - 1_000,
    lastSeen: T0,
    languages: ['en', 'ja'],
    representative: 'Export fails',
    keywords: ['export', '日本'],
    examples: [{ ticketId: '1', line: 'Export fails', language: null }],
    incidentId: null,
    days: ['2026-03-01', '2026-03-02'],
    ...over,
  };
}

/** What the first generation has, or the next one changes. */
export function nextGeneration(over: Partial<NextGeneration> = {}): NextGeneration {
  const about = {
    publishedAt: T0,
    syncedUntil: T0 - 60_000,
    completeSince: T0 - 90 * 86_400_000,
    decisions: 0,
    consolidatedAt: null,
  };
  return { ...about, days: [], counts: new Map(), issues: [], ...over };
}

export function issueFacts(over: Partial<IssueFacts> = {}): IssueFacts {
  return {
    id: ISSUE,
    version: 1,
    status: 'open',
    title: null,
    owner: null,
    note: null,
    label: null,
    listedAt: null,
    resolvedAt: null,
    reopenedAt: null,
    hasMerged: false,
    ...over,
  };
}

export function issueEvent(id: string, over: Partial<IssueEvent> = {}): IssueEvent {
  return { id, issueId: ISSUE, at: T0, type: 'status', by: 'system', data: { from: 'open', n: 1 }, ...over };
}

/** An incident that opened at an hour since 1970. */
export function incidentAt(hour: number, over: Partial<Incident> = {}): Incident {
  const openedAt = (hour + 1) * 3_600_000;
  return {
    id: `${new Date(openedAt).toISOString().slice(0, 13)}-issue#${ISSUE}`,
    title: 'Export fails',
    openedAt,
    closedAt: null,
    isRetrospective: false,
    openedHour: hour,
    lastHour: hour,
    series: [`issue#${ISSUE}`, 'total#'],
    issues: [ISSUE],
    tickets: [{ id: '1', requester: null }],
    terms: ['export'],
    centroid: new Map([
      [7, 0.6],
      [9, 0.8],
    ]),
    windowHours: 3,
    observed: 12,
    expected: 0.25,
    p: 1e-12,
    ...over,
  };
}

export function digestOf(date: string): Digest {
  const growth = { ratio: 1, low: 0.5, high: 2 };
  return {
    date,
    generated_at: `${date}T03:00:00.000Z`,
    totals: { tickets: 9, requesters: 8, tickets_7d: 50, growth, open_issues: 1 },
    incidents: [
      {
        id: 'i',
        title: 'Export fails',
        opened_at: `${date}T02:00:00.000Z`,
        closed_at: null,
        p: 1e-12,
        observed: 12,
        expected: 0.25,
        window_h: 3,
        issues: [ISSUE],
        tickets: 12,
        requesters: 11,
        examples: [{ ticket_id: '1', statement: 'Export fails', language: null }],
      },
    ],
    new_issues: [
      {
        id: ISSUE,
        title: '日本',
        status: 'acknowledged',
        kind: null,
        product_area: 'export',
        trend: 'new',
        growth,
        score: 3,
        severity_mix: { critical: 0, high: 0, medium: 0, low: 0 },
        tickets_24h: 1,
        tickets_7d: 2,
        requesters_7d: 2,
        representative_statement: null,
        reopened_at: null,
      },
    ],
    rising: [],
    top: [],
    regressions: [],
    resolved_candidates: [],
    quality: { pending: 1, failed: 0, refused: 0, low_confidence: 2 },
    cost: { day_usd: 0.25, month_usd: 1.5 },
  };
}
