import { describe, expect, it } from 'vitest';
import { withMerge, withSplit } from '#core/issues/grouping/apply-decision.ts';
import { withoutText } from '#core/issues/grouping/grouped-ticket-of.ts';
import type { Regrouping } from '#core/issues/grouping/regroup.ts';
import { type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { DAY_MS, daysOf, facts, grouped, issuesIn, merge, START, split } from './grouped-tickets.ts';
import {
  CARD,
  CARDS,
  FIRST,
  factsOf,
  generation,
  ISSUES,
  LAST,
  run,
  TICKETS,
  ticketsAbout,
  VIDEO,
  withIssues,
  withMore,
} from './regrouping.ts';

describe('tickets without texts', () => {
  const old = grouped({ id: '5', createdAt: START - 200 * DAY_MS, text: '', issueId: CARD });

  it('keep their issue', () => {
    const days = withMore(FIRST.days, [old]);
    expect(issuesIn(run(days).days)['5']).toBe(CARD);
    expect(issuesIn(run(days, { mode: 'consolidate' }).days)['5']).toBe(CARD);
  });

  it('follow it where a consolidation merges it', () => {
    const stray = TICKETS[0]!.id;
    const days = withIssues(withMore(FIRST.days, [old]), ({ id, issueId }) =>
      id === stray || id === old.id ? 'STRAY' : issueId,
    );
    const after = run(days, { mode: 'consolidate', before: generation(1, LAST) });
    expect(after.changes).toContainEqual({ type: 'merged_into', issue: 'STRAY', into: CARD });
    expect(issuesIn(after.days)).toMatchObject({ [stray]: CARD, 5: CARD });
    expect(after.changed.has('2026-03-15')).toBe(true);
  });

  it('leave an issue to itself that has no others', () => {
    const days = withMore(FIRST.days, [{ ...old, issueId: 'OLD' }]);
    const after = run(days, { mode: 'consolidate', facts: factsOf(facts({ id: 'OLD', title: 'Old' })) });
    expect(issuesIn(after.days)['5']).toBe('OLD');
  });
});

describe('what an operator decided', () => {
  const consolidated = (days: TicketDays, over: Partial<Regrouping> = {}) =>
    run(days, { mode: 'consolidate', before: generation(3, LAST, 9), ...over });

  it('is applied by a run whose generation lacks it, once', () => {
    const decisions = [merge(1, VIDEO, CARD)];
    const after = run(FIRST.days, { decisions, before: generation(1, LAST, 0) });
    expect(Object.values(issuesIn(after.days))).not.toContain(VIDEO);
    expect(after.changed.size).toBeGreaterThan(0);
    expect(run(after.days, { decisions, before: generation(2, LAST, 1) }).changed.size).toBe(0);
  });

  it('keeps merged issues together over consolidations (trap 56)', () => {
    // One ticket only: so few that a consolidation would put it right.
    const strays = Object.keys(ISSUES)
      .filter((id) => ISSUES[id] === VIDEO)
      .slice(-1);
    const small = withIssues(FIRST.days, ({ id, issueId }) => (strays.includes(id) ? 'SMALL' : issueId));
    const { days } = withMerge(small, { issue: 'SMALL', into: CARD });
    expect(issuesIn(consolidated(days).days)).toMatchObject({ [strays[0]!]: VIDEO });

    const merged = [
      { decisions: [merge(1, 'SMALL', CARD)] },
      { facts: factsOf(facts({ id: CARD, hasMerged: true })) },
    ];
    for (const over of merged) {
      const after = issuesIn(consolidated(days, over).days);
      expect([...CARDS, ...strays].filter((id) => after[id] !== CARD)).toEqual([]);
    }
  });

  describe('in a split', () => {
    const tickets = CARDS.slice(0, 2);
    const rest = CARDS.slice(2);
    const decision = split(1, { issue: CARD, into: 'SPLIT', tickets, rest });
    const parted = withSplit(FIRST.days, decision).days;

    it('holds over consolidations and new tickets, and without it they would be one again', () => {
      expect(issuesIn(consolidated(parted).days)[tickets[0]!]).toBe(CARD);
      let days = withMore(parted, ticketsAbout(30, 120));
      for (let week = 1; week < 4; week += 1) {
        ({ days } = run(days, { decisions: [decision], before: generation(week, LAST, 1) }));
        ({ days } = consolidated(days, { decisions: [decision] }));
      }
      const issues = issuesIn(days);
      const one = new Set(tickets.map((id) => issues[id]));
      expect(rest.filter((id) => one.has(issues[id]!))).toEqual([]);
    });

    it('holds when its tickets have lost their texts', () => {
      const young = grouped({ id: '7', createdAt: LAST, text: 'card payment declined', issueId: 'SPLIT' });
      const aged = [...ticketsIn(parted)].map((ticket) =>
        tickets.includes(ticket.id) ? withoutText(ticket) : ticket,
      );
      const days = daysOf([...aged, young]);
      expect(issuesIn(consolidated(days).days)['7']).toBe(CARD);
      expect(issuesIn(consolidated(days, { decisions: [decision] }).days)['7']).toBe('SPLIT');
    });

    it('ends with a merge of both sides', () => {
      const joined = withMerge(parted, { issue: 'SPLIT', into: CARD }).days;
      const after = issuesIn(consolidated(joined, { decisions: [decision, merge(2, 'SPLIT', CARD)] }).days);
      expect(CARDS.filter((id) => after[id] !== CARD)).toEqual([]);
    });

    it('is where a ticket goes back to when it ceases to be spam', () => {
      const [lost] = tickets;
      const days = withIssues(parted, ({ id, issueId }) => (id === lost ? null : issueId));
      expect(issuesIn(run(days, { before: generation(1, LAST, 1) }).days)[lost!]).toBe(CARD);
      const after = run(days, { decisions: [decision], before: generation(1, LAST, 1) });
      expect(issuesIn(after.days)[lost!]).toBe('SPLIT');
    });
  });

  it('keeps named and ignored issues whole and with their ids', () => {
    const kept = ['NAMED', 'MUTED'];
    const days = withIssues(FIRST.days, ({ id, issueId }) => kept[CARDS.indexOf(id)] ?? issueId);
    const idsOf = (after: TicketDays) => CARDS.slice(0, 2).map((id) => issuesIn(after)[id]);
    expect(idsOf(consolidated(days).days)).toEqual([CARD, CARD]);
    const named = [facts({ id: 'NAMED', title: 'Cards' }), facts({ id: 'MUTED', status: 'ignored' })];
    expect(idsOf(consolidated(days, { facts: factsOf(...named) }).days)).toEqual(kept);
  });
});
