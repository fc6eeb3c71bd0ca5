import { describe, expect, it } from 'vitest';
import { dueTransitions } from '#core/issues/operate/due-transitions.ts';
import { ago, daysOf, factsOf, NOW, summaryOf, ticketOf } from '../summaries/grouped.ts';

const due = (over: Partial<Parameters<typeof dueTransitions>[0]>) =>
  dueTransitions({ summaries: [], facts: new Map(), days: new Map(), at: NOW, ...over });

describe('dueTransitions', () => {
  it('lists what is no longer emerging, once', () => {
    const summaries = [summaryOf('A'), summaryOf('B', { isEmerging: true })];
    const [one, ...others] = due({ summaries });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ issueId: 'A', type: 'listed' });
    const { next } = one?.transition(undefined) ?? {};
    expect(next?.listedAt).toBe(NOW);
    expect(due({ summaries, facts: new Map(next && [['A', next]]) })).toEqual([]);
  });

  it('reopens resolved issues about which people write again', () => {
    const facts = new Map(
      ['A', 'B'].map((id) => [id, factsOf(id, { status: 'resolved', resolvedAt: ago(2), listedAt: ago(9) })]),
    );
    const tickets = [1, 2, 3].flatMap((n) => [
      ticketOf(`a${n}`, { issueId: 'A', createdAt: ago(1) }),
      ticketOf(`b${n}`, { issueId: 'B', createdAt: ago(3) }),
    ]);
    const summaries = [summaryOf('A'), summaryOf('B', { lastSeen: ago(3) })];
    const found = due({ summaries, facts, days: daysOf(...tickets) });
    expect(found.map(({ issueId, type }) => [issueId, type])).toEqual([['A', 'reopened']]);
    expect(found[0]?.transition(facts.get('A')).next).toMatchObject({ status: 'open', reopenedAt: NOW });
  });

  it('counts tickets of the day on which an issue was resolved, from then on', () => {
    const facts = new Map([
      ['A', factsOf('A', { status: 'resolved', resolvedAt: ago(1), listedAt: ago(9) })],
    ]);
    const written = (hours: number) =>
      daysOf(...[1, 2, 3].map((n) => ticketOf(`${n}`, { createdAt: ago(1, hours) })));
    const summaries = [summaryOf('A', { lastSeen: ago(0) })];
    expect(due({ summaries, facts, days: written(-2) }).map(({ type }) => type)).toEqual(['reopened']);
    expect(due({ summaries, facts, days: written(2) })).toEqual([]);
  });

  it('closes issues whose tickets are all gone, and leaves those that are over', () => {
    const summaries = ['A', 'B', 'C'].map((id) => summaryOf(id, { days: [], ticketsTotal: 0 }));
    const facts = new Map([
      ['B', factsOf('B', { status: 'resolved', resolvedAt: 1 })],
      ['C', factsOf('C', { status: 'ignored' })],
    ]);
    expect(due({ summaries, facts }).map(({ issueId, type }) => [issueId, type])).toEqual([['A', 'closed']]);
  });
});
