import { describe, expect, it } from 'vitest';
import { withMerge, withSplit } from '#core/issues/grouping/apply-decision.ts';
import type { Regrouping } from '#core/issues/grouping/regroup.ts';
import type { TicketDays } from '#core/issues/grouping/ticket-days.ts';
import { DAY_MS, facts, grouped, issuesIn, merge, START, split } from './grouped-tickets.ts';
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
  const consolidated = (days: TicketDays, over: Partial<Regrouping>) =>
    run(days, { mode: 'consolidate', before: generation(3, LAST, 9), ...over });

  it('is applied by a run whose generation lacks it, once', () => {
    const decisions = [merge(1, VIDEO, CARD)];
    const after = run(FIRST.days, { decisions, before: generation(1, LAST, 0) });
    expect(Object.values(issuesIn(after.days))).not.toContain(VIDEO);
    expect(after.changed.size).toBeGreaterThan(0);
    expect(run(after.days, { decisions, before: generation(2, LAST, 1) }).changed.size).toBe(0);
  });

  it('keeps merged issues together over consolidations (trap 56)', () => {
    const { days } = withMerge(FIRST.days, { issue: VIDEO, into: CARD });
    const after = consolidated(days, { decisions: [merge(1, VIDEO, CARD)], resolution: 8 });
    const both = Object.keys(ISSUES).filter((id) => [CARD, VIDEO].includes(ISSUES[id]!));
    expect(both.every((id) => issuesIn(after.days)[id] === CARD)).toBe(true);
  });

  it('keeps a split apart over consolidations and new tickets, until a merge joins it again', () => {
    const tickets = CARDS.slice(0, 8);
    const decision = split(1, { issue: CARD, into: 'SPLIT', tickets, rest: CARDS.slice(8) });
    const parted = withSplit(FIRST.days, decision).days;
    let days = withMore(parted, ticketsAbout(30, 120));
    for (let week = 1; week < 4; week += 1) {
      ({ days } = run(days, { decisions: [decision], before: generation(week, LAST, 1) }));
      ({ days } = consolidated(days, { decisions: [decision], resolution: 0.5 }));
    }
    const issues = issuesIn(days);
    const one = new Set(tickets.map((id) => issues[id]));
    expect(CARDS.slice(8).filter((id) => one.has(issues[id]!))).toEqual([]);

    const joined = withMerge(parted, { issue: 'SPLIT', into: CARD }).days;
    const after = consolidated(joined, { decisions: [decision, merge(2, 'SPLIT', CARD)] });
    expect(CARDS.every((id) => issuesIn(after.days)[id] === CARD)).toBe(true);
  });

  it('gives a ticket of a split back to its side when it ceases to be spam', () => {
    const tickets = CARDS.slice(0, 8);
    const decision = split(1, { issue: CARD, into: 'SPLIT', tickets, rest: CARDS.slice(8) });
    const [lost] = tickets;
    const days = withIssues(withSplit(FIRST.days, decision).days, ({ id, issueId }) =>
      id === lost ? null : issueId,
    );
    const after = run(days, { decisions: [decision], before: generation(1, LAST, 1) });
    expect(issuesIn(after.days)[lost!]).toBe('SPLIT');
  });

  it('keeps named and ignored issues whole and with their ids', () => {
    const named = [facts({ id: 'NAMED', title: 'Cards' }), facts({ id: 'MUTED', status: 'ignored' })];
    const days = withIssues(FIRST.days, ({ id, issueId }) => {
      if (issueId !== CARD) return issueId;
      return CARDS.indexOf(id) % 2 === 0 ? 'NAMED' : 'MUTED';
    });
    const after = issuesIn(consolidated(days, { facts: factsOf(...named), resolution: 0.5 }).days);
    const before = issuesIn(days);
    const isKept = (id: string) => ['NAMED', 'MUTED'].includes(before[id]!);
    expect(Object.keys(before).filter((id) => isKept(id) && after[id] !== before[id])).toEqual([]);
  });
});
