import { describe, expect, it } from 'vitest';
import { pinnedIssues, splitSides, withSidesKept } from '#core/issues/grouping/operator-rules.ts';
import { daysOf, facts, grouped, issuesIn, merge, split } from './grouped-tickets.ts';

const SPLIT = split(1, { issue: 'A', into: 'S', tickets: ['1', '2'], rest: ['3', '4'] });

describe('pinnedIssues', () => {
  it('are those with an operator’s title, ignored ones, and those that others were merged into', () => {
    const all = [
      facts({ id: 'named', title: 'Ours' }),
      facts({ id: 'ignored', status: 'ignored' }),
      facts({ id: 'merged', hasMerged: true }),
      facts({ id: 'resolved', status: 'resolved' }),
      facts({ id: 'owned', owner: 'op', note: 'x' }),
    ];
    const byId = new Map(all.map((one) => [one.id, one]));
    expect(pinnedIssues(byId, [merge(1, 'X', 'into'), merge(2, 'Y', 'merged'), SPLIT])).toEqual([
      'ignored',
      'into',
      'merged',
      'named',
    ]);
  });
});

describe('splitSides', () => {
  const tickets = (issues: Record<string, string | null>) =>
    Object.entries(issues).map(([id, issueId]) => grouped({ id, issueId }));

  it('are the tickets of both sides that there are', () => {
    expect(splitSides(tickets({ 1: 'S', 3: 'A', 4: 'B', 5: 'A' }), [SPLIT])).toEqual([[['1'], ['3', '4']]]);
  });

  it('are free where a later merge joined them', () => {
    expect(splitSides(tickets({ 1: 'A', 2: 'A', 3: 'A', 4: 'A' }), [SPLIT])).toEqual([]);
    expect(splitSides(tickets({ 1: 'A', 2: 'A', 3: 'A', 4: 'B' }), [SPLIT])).toEqual([[['1', '2'], ['4']]]);
  });

  it('are the present tickets of an issue of which the named ones are old or gone', () => {
    const aged = [
      ...[grouped({ id: '1', issueId: 'S2', text: '' }), grouped({ id: '8', issueId: 'S2' })],
      ...[grouped({ id: '9', issueId: 'A' }), grouped({ id: '10', issueId: null })],
    ];
    expect(splitSides(aged, [SPLIT])).toEqual([[['8'], ['9']]]);
  });

  it('are none where a side has no ticket left', () => {
    expect(splitSides(tickets({ 3: 'A' }), [SPLIT])).toEqual([]);
    expect(splitSides(tickets({ 1: 'S' }), [])).toEqual([]);
  });
});

describe('withSidesKept', () => {
  const newId = ({ id }: { readonly id: string }) => `new-${id}`;

  it('gives a ticket back to its side', () => {
    const days = daysOf([
      grouped({ id: '1', issueId: 'S' }),
      grouped({ id: '2' }),
      grouped({ id: '3' }),
      grouped({ id: '5' }),
      grouped({ id: '6', kind: 'spam' }),
    ]);
    const named = split(2, { issue: 'B', into: 'T', tickets: ['6'], rest: ['7'] });
    expect(issuesIn(withSidesKept(days, [SPLIT, named], newId))).toEqual({
      1: 'S',
      2: 'S',
      3: 'new-3',
      5: null,
      6: null,
    });
  });

  it('goes by the newest split, and by where most of the side are', () => {
    const again = split(2, { issue: 'S', into: 'T', tickets: ['2', '8', '9', '7'], rest: ['1'] });
    const days = daysOf([
      ...[grouped({ id: '1', issueId: 'S' }), grouped({ id: '2' })],
      ...[grouped({ id: '7', issueId: 'U' }), grouped({ id: '8', issueId: 'T' })],
      grouped({ id: '9', issueId: 'T' }),
    ]);
    expect(issuesIn(withSidesKept(days, [SPLIT, again], newId))[2]).toBe('T');
    expect(withSidesKept(days, [], newId)).toBe(days);
  });
});
