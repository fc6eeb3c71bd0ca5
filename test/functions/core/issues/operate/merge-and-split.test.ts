import { describe, expect, it } from 'vitest';
import {
  afterMerge,
  afterSplit,
  consolidationEvents,
  decisionEvents,
} from '#core/issues/operate/merge-and-split.ts';
import { ago, factsOf, NOW } from '../summaries/grouped.ts';

describe('afterMerge', () => {
  it('goes on with what the merged issue had and the other lacks', () => {
    const from = factsOf('B', {
      title: 'B',
      owner: 'b',
      note: 'seen by b',
      listedAt: ago(9),
      hasMerged: false,
    });
    const into = factsOf('A', { owner: 'a', note: 'seen by a', listedAt: ago(2), version: 7 });
    const { next } = afterMerge('A', { from, byOperator: true })(into);
    expect(next).toMatchObject({
      ...{ id: 'A', version: 8, title: 'B', owner: 'a', note: 'seen by a\n\nseen by b' },
      ...{ listedAt: ago(9), hasMerged: true, status: 'open' },
    });
    expect(afterMerge('A', { from, byOperator: true })(next).result.isChanged).toBe(false);
  });

  it('has nothing to do where there is nothing', () => {
    expect(afterMerge('A', { from: undefined, byOperator: false })(undefined).next).toBeUndefined();
  });

  it('counts tickets as new only after both were resolved', () => {
    const resolved = (id: string, at: number) => factsOf(id, { status: 'resolved', resolvedAt: at });
    const { next } = afterMerge('A', { from: resolved('B', ago(1)), byOperator: false })(
      resolved('A', ago(5)),
    );
    expect(next?.resolvedAt).toBe(ago(1));
    const open = afterMerge('A', { from: resolved('B', ago(1)), byOperator: true })(factsOf('A')).next;
    expect(open).toMatchObject({ status: 'open', resolvedAt: null });
  });
});

describe('afterSplit', () => {
  it('lists what an operator split off, however small', () => {
    const { next } = afterSplit('N', NOW)(undefined);
    expect(next).toMatchObject({ id: 'N', listedAt: NOW });
    expect(afterSplit('N', NOW + 1)(next).next).toBeUndefined();
  });
});

describe('events', () => {
  it('of a decision are told by both issues, and are the same each time', () => {
    const merge = { number: 3, at: NOW, by: 'anna', type: 'merge', issue: 'B', into: 'A' } as const;
    expect(decisionEvents(merge)).toEqual([
      { id: 'merged_into-d3', issueId: 'B', at: NOW, type: 'merged_into', by: 'anna', data: { into: 'A' } },
      { id: 'merged_into-d3', issueId: 'A', at: NOW, type: 'merged_into', by: 'anna', data: { from: 'B' } },
    ]);
    const split = {
      ...merge,
      type: 'split',
      issue: 'A',
      into: 'N',
      tickets: ['1', '2'],
      rest: ['3'],
    } as const;
    expect(decisionEvents(split).map(({ issueId, type, data }) => [issueId, type, data])).toEqual([
      ['N', 'split_from', { from: 'A', tickets: 2 }],
      ['A', 'split_from', { into: 'N', tickets: 2 }],
    ]);
  });

  it('of a consolidation have ids of their own', () => {
    const events = consolidationEvents(
      [
        { type: 'merged_into', issue: 'B', into: 'A' },
        { type: 'merged_into', issue: 'C', into: 'A' },
        { type: 'split_from', issue: 'N', from: 'A' },
        { type: 'renamed', issue: 'A' },
      ],
      NOW,
    );
    expect(events.map(({ issueId, id }) => `${issueId} ${id}`)).toEqual([
      'B merged_into-A',
      'A merged_into-B',
      'C merged_into-A',
      'A merged_into-C',
      'N split_from-A',
      'A split_from-N',
      'A renamed',
    ]);
    expect(new Set(events.map(({ issueId, id }) => issueId + id)).size).toBe(events.length);
    expect(events.every(({ by, at }) => by === 'system' && at === NOW)).toBe(true);
  });
});
