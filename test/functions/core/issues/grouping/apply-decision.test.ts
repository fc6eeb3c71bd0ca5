import { describe, expect, it } from 'vitest';
import { planSplit, withDecisions, withMerge, withSplit } from '#core/issues/grouping/apply-decision.ts';
import { DAY_MS, daysOf, grouped, issuesIn, merge, START, split } from './grouped-tickets.ts';

const DAYS = daysOf([
  grouped({ id: '1', issueId: 'A' }),
  grouped({ id: '2', issueId: 'A', text: '', createdAt: START - 200 * DAY_MS }),
  grouped({ id: '3', issueId: 'B', createdAt: START + DAY_MS }),
  grouped({ id: '4', issueId: null, kind: 'spam' }),
]);

describe('withMerge', () => {
  it('moves all tickets, old ones too, once', () => {
    const { days, changed } = withMerge(DAYS, { issue: 'A', into: 'B' });
    expect(issuesIn(days)).toEqual({ 1: 'B', 2: 'B', 3: 'B', 4: null });
    expect([...changed].sort()).toEqual(['2026-03-15', '2026-10-01']);
    expect(withMerge(days, { issue: 'A', into: 'B' }).changed.size).toBe(0);
    expect(withMerge(DAYS, { issue: 'A', into: 'A' }).changed.size).toBe(0);
  });
});

describe('withSplit', () => {
  it('moves the named tickets that are in the issue, once', () => {
    const given = { issue: 'A', into: 'C', tickets: ['1', '3', '99'] };
    const { days, changed } = withSplit(DAYS, given);
    expect(issuesIn(days)).toEqual({ 1: 'C', 2: 'A', 3: 'B', 4: null });
    expect([...changed]).toEqual(['2026-10-01']);
    expect(withSplit(days, given).changed.size).toBe(0);
  });
});

describe('planSplit', () => {
  const account = { subdomain: 'acme', isTaken: (_id: string) => false };

  it('says what goes, what stays and what was named in error', () => {
    const planned = planSplit(DAYS, { issue: 'A', named: ['1', '3', '99'], at: START }, account);
    expect(planned).toMatchObject({ tickets: ['1'], rest: ['2'], strangers: ['3', '99'] });
  });

  it('gives the new issue an id of its own, the same for the same split', () => {
    const plan = (at: number, isTaken = account.isTaken) =>
      planSplit(DAYS, { issue: 'A', named: ['1'], at }, { ...account, isTaken }).into;
    const first = plan(START);
    expect(plan(START)).toBe(first);
    expect(plan(START + 1)).not.toBe(first);
    expect(plan(START, (id) => id === first)).not.toBe(first);
  });

  it('has nothing to go where no ticket is the issue’s', () => {
    expect(planSplit(DAYS, { issue: 'A', named: ['3'], at: START }, account)).toMatchObject({
      tickets: [],
      rest: ['2', '1'],
    });
    expect(planSplit(new Map(), { issue: 'A', named: [], at: START }, account)).toMatchObject({
      tickets: [],
      rest: [],
      strangers: [],
    });
  });
});

describe('withDecisions', () => {
  const decisions = [
    split(3, { issue: 'B', into: 'C', tickets: ['1'], rest: ['2', '3'] }),
    merge(2, 'A', 'B'),
    merge(1, 'B', 'A'),
  ];

  it('applies those that are new, in their order', () => {
    expect(issuesIn(withDecisions(DAYS, decisions, 1))).toEqual({ 1: 'C', 2: 'B', 3: 'B', 4: null });
    expect(withDecisions(DAYS, decisions, 3)).toBe(DAYS);
  });

  it('passes over a merge into an issue that is gone', () => {
    expect(issuesIn(withDecisions(DAYS, [merge(1, 'A', 'gone')], 0))).toEqual(issuesIn(DAYS));
  });
});
