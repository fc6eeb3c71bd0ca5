import { describe, expect, it } from 'vitest';
import { matchIssues } from '#core/issues/clusters/match-issues.ts';

/** `A:1` is a ticket of issue A in group 1; `:1` one that is new; a third part is its requester. */
function match(rows: readonly string[], pinned: readonly string[] = []) {
  const parts = rows.map((row) => row.split(':'));
  const tickets = parts.map(([issue, , requester], at) => ({
    id: `${at}`,
    requester: requester ?? `r${at}`,
    issue: issue === '' ? undefined : issue,
  }));
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `N${ids}`;
  };
  return matchIssues(
    tickets,
    Int32Array.from(parts, ([, group]) => Number(group)),
    { pinned: new Set(pinned), newId },
  );
}

describe('matchIssues', () => {
  it('keeps ids and says nothing when nothing has changed', () => {
    expect(match(['A:0', 'A:0', 'B:1'])).toEqual({ issues: ['A', 'A', 'B'], changes: [] });
  });

  it('leads the smaller of two merged issues on', () => {
    expect(match(['A:0', 'A:0', 'B:0'])).toEqual({
      issues: ['A', 'A', 'A'],
      changes: [{ type: 'merged_into', issue: 'B', into: 'A' }],
    });
  });

  it('gives the smaller part of a split issue a new id', () => {
    expect(match(['A:0', 'A:0', 'A:1'])).toEqual({
      issues: ['A', 'A', 'N1'],
      changes: [{ type: 'split_from', issue: 'N1', from: 'A' }],
    });
  });

  it('counts requesters, not tickets', () => {
    const rows = ['A:0:same', 'A:0:same', 'A:0:same', 'A:1:one', 'A:1:two'];
    expect(match(rows).issues).toEqual(['N1', 'N1', 'N1', 'A', 'A']);
  });

  it('keeps the id of an issue that an operator named before that of a larger one', () => {
    expect(match(['A:0', 'A:0', 'B:0'], ['B']).issues).toEqual(['B', 'B', 'B']);
  });

  it('says when an issue keeps its id with other content', () => {
    expect(match(['A:0', 'B:0', 'C:0', 'B:1', 'B:1', 'C:2', 'C:2']).changes).toContainEqual({
      type: 'renamed',
      issue: 'A',
    });
  });

  it('gives new groups ids without an event, since they come from no issue', () => {
    expect(match([':0', ':1'])).toEqual({ issues: ['N1', 'N2'], changes: [] });
  });
});
