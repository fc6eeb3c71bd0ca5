import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { IssueDescription } from '#core/issues/summaries/describe-issue.ts';
import {
  areSameSummaries,
  historySince,
  type SummarySources,
  summariseIssues,
} from '#core/issues/summaries/summarise-issues.ts';
import { ago, DAY_MS, daysOf, factsOf, incidentOf, NOW, summaryOf, ticketOf } from './grouped.ts';

/** Says which tickets it was asked to describe. */
function describeBy(tickets: readonly GroupedTicket[]): IssueDescription {
  const lines = tickets.map(({ line }) => line).sort();
  return {
    fallbackTitle: lines[0] ?? '',
    representative: lines[0] ?? null,
    keywords: lines.slice(0, 2),
    examples: tickets.slice(0, 12).map(({ id, line, language }) => ({ ticketId: id, line, language })),
  };
}

function summarise(over: Partial<SummarySources> & Pick<SummarySources, 'days'>) {
  return summariseIssues({
    ...{ facts: new Map(), incidents: [], now: NOW, since: ago(200), minRequesters: 3, describe: describeBy },
    ...over,
  });
}

const many = (issueId: string, count: number, over: Partial<GroupedTicket> = {}) =>
  Array.from({ length: count }, (_, n) => ticketOf(`${issueId}${n}`, { issueId, ...over }));

describe('summariseIssues', () => {
  it('has nothing to say of nothing', () => {
    expect(summarise({ days: new Map() })).toEqual([]);
    expect(summarise({ days: daysOf(ticketOf('1', { issueId: null, kind: 'spam' })) })).toEqual([]);
  });

  it('counts tickets and requesters of their times, and orders issues by their ids', () => {
    const days = daysOf(
      ticketOf('1', { createdAt: ago(0, 1), severity: 'critical' }),
      ticketOf('2', { createdAt: ago(3), severity: 'high', requester: 'same' }),
      ticketOf('3', { createdAt: ago(4), severity: null, requester: 'same' }),
      ticketOf('4', { createdAt: ago(20), language: 'de' }),
      ticketOf('5', { createdAt: ago(80), requester: null }),
      ...many('0', 2),
    );
    const [first, second] = summarise({ days });
    expect(first?.id).toBe('0');
    expect(second).toMatchObject({
      ...{ id: 'A', isEmerging: false, kind: 'bug', productArea: 'export', languages: ['en', 'de'] },
      ...{ ticketsTotal: 5, tickets7d: 3, tickets24h: 1, requesters7d: 2, incidentId: null },
      severityMix: { critical: 1, high: 1, medium: 2, low: 0 },
      ...{ firstSeen: ago(80), lastSeen: ago(0, 1) },
      days: ['2025-12-14', '2026-02-12', '2026-02-28', '2026-03-01', '2026-03-04'],
    });
  });

  it('counts no copy that was merged, but who wrote it', () => {
    const [one] = summarise({
      days: daysOf(ticketOf('1'), ...many('A', 4, { mergedInto: '1', severity: 'critical' })),
    });
    expect(one).toMatchObject({ ticketsTotal: 1, tickets7d: 1, requesters7d: 5, isEmerging: false });
    expect(one?.severityMix).toEqual({ critical: 0, high: 0, medium: 1, low: 0 });
  });

  it('says that an issue grows, is new, or is gone', () => {
    const week = (issueId: string, weeksAgo: number, count: number) =>
      many(`${issueId}`, count, { createdAt: ago(7 * weeksAgo + 2) }).map((ticket) => ({
        ...ticket,
        id: `${ticket.id}-${weeksAgo}`,
        requester: `${ticket.id}-${weeksAgo}`,
      }));
    const steady = [0, 1, 2, 3].flatMap((weeks) => week('steady', weeks, 10));
    const rising = [0, 1, 2, 3].flatMap((weeks) => week('rising', weeks, weeks === 0 ? 30 : 3));
    const summaries = summarise({
      days: daysOf(...steady, ...rising, ...week('new', 0, 6), ...week('gone', 2, 6)),
    });
    expect(summaries.map(({ id, trend }) => [id, trend])).toEqual([
      ['gone', 'gone'],
      ['new', 'new'],
      ['rising', 'rising'],
      ['steady', 'steady'],
    ]);
    expect(summaries.find(({ id }) => id === 'steady')?.growth.ratio).toBeCloseTo(1, 1);
    expect(summaries.every(({ score }) => Number.isFinite(score))).toBe(true);
  });

  it('measures growth against no time of which there are no tickets', () => {
    const days = daysOf(...many('A', 10, { createdAt: ago(2) }), ticketOf('old', { createdAt: ago(20) }));
    const [one] = summarise({ days, since: ago(5) });
    expect(one).toMatchObject({ trend: 'steady', growth: { ratio: 1 } });
    const [alone] = summarise({ days: daysOf(...many('A', 10, { createdAt: ago(2) })), since: ago(10) });
    expect(summarise({ days, since: ago(10) })[0]?.growth).toEqual(alone?.growth);
  });

  it('is emerging below five tickets or the requesters that are asked for, and never again', () => {
    const few = many('A', 4);
    expect(summarise({ days: daysOf(...few) })[0]?.isEmerging).toBe(true);
    const ofTwo = many('A', 9).map((ticket, n) => ({ ...ticket, requester: `r${n % 2}` }));
    expect(summarise({ days: daysOf(...ofTwo) })[0]?.isEmerging).toBe(true);
    expect(summarise({ days: daysOf(...ofTwo), minRequesters: 2 })[0]?.isEmerging).toBe(false);
    const facts = new Map([['A', factsOf('A', { listedAt: ago(9) })]]);
    expect(summarise({ days: daysOf(...few), facts })[0]?.isEmerging).toBe(false);
    const before = { days: new Map(), issues: [summaryOf('A')] };
    expect(summarise({ days: daysOf(...few), before })[0]?.isEmerging).toBe(false);
  });

  it('bursts in the open incident that began last, and weighs more then', () => {
    const days = daysOf(...many('A', 5), ...many('B', 5));
    const incidents = [
      incidentOf('later', { openedAt: ago(0, 1) }),
      incidentOf('earlier', { openedAt: ago(0, 9) }),
      incidentOf('closed', { issues: ['B'], closedAt: NOW }),
    ];
    const [a, b] = summarise({ days, incidents });
    expect(a).toMatchObject({ incidentId: 'later' });
    expect(b).toMatchObject({ incidentId: null });
    expect(a?.score).toBe(4 * (b?.score ?? 0));
  });

  it('describes only issues whose tickets changed, and by tickets of the window', () => {
    const days = daysOf(...many('A', 5), ...many('B', 5), ...many('C', 5));
    const issues = summarise({ days });
    const described: string[] = [];
    const after = new Map(daysOf(...many('A', 5), ...many('B', 4), ...many('C', 5), ...many('D', 1)));
    const next = summarise({
      days: after,
      before: { days, issues },
      describe: (tickets) => {
        described.push(tickets[0]?.issueId ?? '');
        return describeBy(tickets);
      },
    });
    expect(described.sort()).toEqual(['B', 'D']);
    expect(next.find(({ id }) => id === 'B')?.examples).toHaveLength(4);
    const old = summarise({ days: daysOf(...many('A', 5, { createdAt: ago(95) })) });
    expect(old[0]).toMatchObject({ ticketsTotal: 5, examples: [], representative: null });
  });

  it('changes no number within an hour in which no ticket came', () => {
    const days = daysOf(...many('A', 5, { createdAt: ago(7, 0.4) }), ...many('B', 5, { createdAt: ago(1) }));
    const issues = summarise({ days });
    const later = summarise({ days, before: { days, issues }, now: NOW + 20 * 60_000 });
    expect(areSameSummaries(issues, later)).toBe(true);
    expect(areSameSummaries(issues, summarise({ days, now: NOW + DAY_MS }))).toBe(false);
    expect(areSameSummaries(issues, issues.slice(1))).toBe(false);
    // As they come out of the table, their fields are in another order.
    const stored = issues.map((issue) => Object.fromEntries(Object.entries(issue).reverse()) as typeof issue);
    expect(areSameSummaries(stored, later)).toBe(true);
  });

  it('keeps what it knew of days that are not here', () => {
    const old = many('A', 7, { createdAt: ago(120) });
    const recent = many('B', 6).map((ticket) => ({ ...ticket, issueId: 'A' }));
    const issues = summarise({ days: daysOf(...old, ...recent) });
    const next = summarise({ days: daysOf(...recent.slice(1)), before: { days: daysOf(...recent), issues } });
    expect(next[0]).toMatchObject({ ticketsTotal: 12, firstSeen: ago(120), tickets7d: 5 });
    expect(next[0]?.days).toEqual(['2025-11-04', '2026-03-03']);
    const gone = summarise({ days: new Map(), before: { days: daysOf(...recent), issues } });
    expect(gone[0]).toMatchObject({ ticketsTotal: 7, tickets7d: 0, trend: 'gone' });
  });

  it('keeps what an issue was about when its texts are older than the window, without what went', () => {
    const told = many('A', 6, { createdAt: ago(89) });
    const issues = summarise({
      days: daysOf(...told),
      facts: new Map([['A', factsOf('A', { listedAt: 1 })]]),
    });
    const silent = told.map((ticket) => ({ ...ticket, text: '', line: '' }));
    const later = { now: NOW + 5 * DAY_MS, before: { days: daysOf(...told), issues } };
    const [kept] = summarise({ ...later, days: daysOf(...silent) });
    expect(kept).toMatchObject({ fallbackTitle: issues[0]?.fallbackTitle, keywords: issues[0]?.keywords });
    expect(kept?.examples).toHaveLength(6);
    const [without] = summarise({ ...later, days: daysOf(...silent.slice(1)) });
    expect(JSON.stringify(without)).not.toContain('error A0');
    expect(without).toMatchObject({ keywords: [], representative: told[1]?.line });
  });

  it('keeps no keyword that one of few tickets may have brought in', () => {
    const told = many('A', 4, { createdAt: ago(89) });
    const issues = [summaryOf('A', { keywords: ['secret'], ticketsTotal: 4, days: ['2025-12-05'] })];
    const silent = told.map((ticket) => ({ ...ticket, text: '', line: '' }));
    const later = { now: NOW + 5 * DAY_MS, before: { days: daysOf(...told), issues } };
    expect(summarise({ ...later, days: daysOf(...silent) })[0]?.keywords).toEqual(['secret']);
    expect(summarise({ ...later, days: daysOf(...silent.slice(1)) })[0]?.keywords).toEqual([]);
  });

  it('leaves numbers of an issue that lost its tickets, and nothing that they said', () => {
    const tickets = [...many('A', 6), ...many('B', 2)];
    const issues = summarise({ days: daysOf(...tickets) });
    const next = summarise({ days: new Map(), before: { days: daysOf(...tickets), issues } });
    expect(next).toHaveLength(1);
    expect(next[0]).toMatchObject({
      ...{ id: 'A', ticketsTotal: 0, tickets7d: 0, requesters7d: 0, score: 0, trend: 'gone', days: [] },
      ...{ firstSeen: ago(1), lastSeen: ago(1), examples: [], keywords: [], representative: null },
    });
    expect(JSON.stringify(next)).not.toContain('export stops');
  });

  it('drops issues that were merged into another, whose numbers are those of both', () => {
    const before = daysOf(...many('A', 6), ...many('B', 6));
    const issues = summarise({ days: before });
    const days = daysOf(...[...many('A', 6), ...many('B', 6)].map((ticket) => ({ ...ticket, issueId: 'A' })));
    const next = summarise({ days, before: { days: before, issues }, mergedAway: new Set(['B']) });
    expect(next.map(({ id, ticketsTotal }) => [id, ticketsTotal])).toEqual([['A', 12]]);
  });

  it('touches only what it is asked to', () => {
    const before = daysOf(...many('A', 6), ...many('B', 6));
    const issues = summarise({ days: before });
    const days = daysOf(...many('A', 7));
    const next = summarise({ days, before: { days: daysOf(...many('A', 6)), issues }, only: new Set(['A']) });
    expect(next[0]?.ticketsTotal).toBe(7);
    expect(next[1]).toBe(issues[1]);
  });

  it('says the same from generation to generation as from scratch, whatever comes and goes', () => {
    const tickets = fc.uniqueArray(
      fc.record({
        id: fc.nat(40).map(String),
        issueId: fc.constantFrom('A', 'B', 'C', null),
        days: fc.nat(100),
        requester: fc.constantFrom('p', 'q', 'r', null),
        mergedInto: fc.constantFrom(null, null, 'x'),
      }),
      { selector: ({ id }) => id, maxLength: 30 },
    );
    const asDays = (rows: readonly Pick<GroupedTicket, 'id'>[]) =>
      daysOf(
        ...(rows as readonly (Partial<GroupedTicket> & { id: string; days: number })[]).map(
          ({ days, ...over }) => ticketOf(over.id, { ...over, createdAt: ago(days) }),
        ),
      );
    const facts = new Map(['A', 'B', 'C'].map((id) => [id, factsOf(id, { listedAt: 1 })]));
    fc.assert(
      fc.property(tickets, tickets, (one, two) => {
        const [before, days] = [asDays(one), asDays(two)];
        const issues = summarise({ days: before, facts });
        const stepwise = summarise({ days, before: { days: before, issues }, facts });
        const anew = summarise({ days, facts });
        const numbers = (all: typeof anew) =>
          all
            .filter((summary) => summary.days.length > 0)
            .map(
              ({
                fallbackTitle,
                keywords,
                examples,
                representative,
                kind,
                productArea,
                languages,
                ...rest
              }) => rest,
            );
        expect(numbers(stepwise)).toEqual(numbers(anew));
        expect(JSON.stringify(stepwise)).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

describe('historySince', () => {
  it('begins with the first day that has tickets', () => {
    expect(historySince(['2026-02-02', '2026-01-31'], NOW)).toBe(Date.parse('2026-01-31T00:00:00Z'));
    expect(historySince([], NOW)).toBe(NOW);
    const complete = Date.parse('2026-02-01T10:00:00Z');
    expect(historySince(['2026-02-02', '2026-01-31'], NOW, complete)).toBe(complete);
    expect(historySince(['2026-02-02'], NOW, complete)).toBe(Date.parse('2026-02-02T00:00:00Z'));
  });
});
