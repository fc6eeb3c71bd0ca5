import { describe, expect, it } from 'vitest';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { daysOf, facts, grouped, groupsIn, issuesIn, merge } from './grouped-tickets.ts';
import {
  CARD,
  FIRST,
  factsOf,
  generation,
  hour,
  ISSUES,
  LAST,
  run,
  shareChanged,
  TICKETS,
  TOPICS,
  ticketsAbout,
  withIssues,
  withMore,
} from './regrouping.ts';

describe('ids over time', () => {
  it('stay over ten nights, and a consolidation changes three in a hundred at most', () => {
    let { days } = FIRST;
    let until = 120;
    for (let night = 1; night <= 10; night += 1) {
      const next = run(withMore(days, ticketsAbout(12, until)), {
        before: generation(night, hour(until)),
      });
      expect(shareChanged(days, next.days)).toBe(0);
      expect(next.changes).toEqual([]);
      ({ days } = next);
      until += 12;
    }
    expect(new Set(Object.values(issuesIn(days))).size).toBe(new Set(Object.values(ISSUES)).size);
    const weekly = run(days, { mode: 'consolidate', before: generation(11, hour(until)) });
    expect(shareChanged(days, weekly.days)).toBeLessThanOrEqual(0.03);
  });

  it('stay when far more tickets come than there are, which are grouped around them', () => {
    const first = run(daysOf(TICKETS.slice(0, 50))).days;
    // One that a consolidation would put into another issue.
    const few = withIssues(first, ({ id, issueId }) => (id === TICKETS[0]?.id ? 'STRAY' : issueId));
    const { days, changes } = run(withMore(few, TICKETS.slice(50)), {
      before: generation(1, TICKETS[50]!.createdAt),
    });
    expect(shareChanged(few, days)).toBe(0);
    expect(changes).toEqual([]);
    expect(groupsIn(days).length).toBeLessThanOrEqual(3 * TOPICS.length);
  });

  it('are those of the ticket alone for what is new, whatever generation it is', () => {
    const fresh = grouped({ id: '7', createdAt: LAST, text: 'whatsapp freezes' });
    const of = (number: number) =>
      issuesIn(run(withMore(FIRST.days, [fresh]), { before: generation(number, LAST) }).days);
    expect(of(1)['7']).toBe(of(9)['7']);
    expect(Object.values(ISSUES)).not.toContain(of(1)['7']);
  });

  it('are never those of which anything is kept', () => {
    const fresh = grouped({ id: '7', createdAt: LAST, text: 'whatsapp freezes' });
    const days = withMore(FIRST.days, [fresh]);
    const before = generation(1, LAST);
    const id = issuesIn(run(days, { before }).days)['7']!;
    expect(issuesIn(run(days, { before, facts: factsOf(facts({ id })) }).days)['7']).not.toBe(id);
    const decisions = [merge(1, id, CARD)];
    expect(issuesIn(run(days, { before: generation(1, LAST, 1), decisions }).days)['7']).not.toBe(id);
  });
});

describe('a new ticket', () => {
  const fresh = (text: string, over: Partial<GroupedTicket> = {}) =>
    grouped({ id: '7', createdAt: LAST, text, ...over });
  const issueOf = (ticket: GroupedTicket) => issuesIn(run(withMore(FIRST.days, [ticket])).days)['7'];

  it('joins the issue that it resembles, and only its day changes', () => {
    const { days, changed } = run(withMore(FIRST.days, [fresh('card payment declined again')]));
    expect(issuesIn(days)['7']).toBe(CARD);
    expect([...changed]).toEqual(['2026-10-06']);
  });

  it('is in none as spam or without text, and in one as soon as it is neither', () => {
    expect(issueOf(fresh('card payment declined', { kind: 'spam' }))).toBe(null);
    expect(issueOf(fresh(''))).toBe(null);
    expect(issueOf(fresh('card payment declined', { kind: 'complaint' }))).toBe(CARD);
  });

  it('is in one when it was merged into another ticket', () => {
    expect(issueOf(fresh('card payment declined', { mergedInto: '1000' }))).toBe(CARD);
  });

  it('is given by a corpus that lacks it, too', () => {
    const corpus = createTextCorpus(ticketsIn(FIRST.days));
    for (const mode of ['assign', 'consolidate'] as const) {
      const { days } = run(withMore(FIRST.days, [fresh('card payment declined again')]), {
        corpus,
        mode,
      });
      expect(issuesIn(days)['7']).toBe(CARD);
      expect(shareChanged(FIRST.days, days)).toBeLessThanOrEqual(0.03);
    }
  });
});
