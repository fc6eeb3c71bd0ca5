import { describe, expect, it } from 'vitest';
import { changedIssues, goneTexts, ticketsByIssue } from '#core/issues/summaries/issue-tickets.ts';
import { ago, daysOf, ticketOf } from './grouped.ts';

const before = daysOf(ticketOf('1'), ticketOf('2', { issueId: 'B' }), ticketOf('3', { issueId: null }));

describe('ticketsByIssue', () => {
  it('leaves out what is in no issue', () => {
    const found = ticketsByIssue(before.values());
    expect([...found].map(([id, tickets]) => [id, tickets.map((one) => one.id)])).toEqual([
      ['A', ['1']],
      ['B', ['2']],
    ]);
  });
});

describe('changedIssues', () => {
  it('are those that tickets came to, went from or changed in', () => {
    expect([...changedIssues(before, before)]).toEqual([]);
    expect([...changedIssues(undefined, before)].sort()).toEqual(['A', 'B']);
    const same = daysOf(ticketOf('1'), ticketOf('2', { issueId: 'B' }), ticketOf('3', { issueId: null }));
    expect([...changedIssues(before, same)]).toEqual([]);
    const moved = daysOf(ticketOf('1', { issueId: 'C' }), ticketOf('2', { issueId: 'B' }));
    expect([...changedIssues(before, moved)].sort()).toEqual(['A', 'C']);
    const written = daysOf(ticketOf('1'), ticketOf('2', { issueId: 'B', line: 'other' }));
    expect([...changedIssues(before, written)]).toEqual(['B']);
    expect([...changedIssues(before, new Map())].sort()).toEqual(['A', 'B']);
  });

  it('do not change by a ticket whose day does', () => {
    const [one, two] = [ticketOf('1', { createdAt: ago(1) }), ticketOf('1', { createdAt: ago(2) })];
    expect([...changedIssues(daysOf(one), daysOf(two))]).toEqual(['A']);
    expect(goneTexts(daysOf(one), daysOf(two)).ids.size).toBe(0);
  });
});

describe('goneTexts', () => {
  const [one] = [ticketOf('1', { line: 'My own words', analysis: 'pending' })];
  const goneWhen = (over: Parameters<typeof ticketOf>[1] | undefined) =>
    goneTexts(daysOf(one), over === undefined ? new Map() : daysOf({ ...one, ...over }));

  it('are of tickets that were deleted or emptied', () => {
    expect(goneWhen(undefined)).toEqual({ ids: new Set(['1']), lines: new Set(['My own words']) });
    expect(goneWhen({ revision: 2, line: '', text: '' }).ids).toEqual(new Set(['1']));
  });

  it('are of tickets that say something else, unless an analysis says it for them', () => {
    expect(goneWhen({ revision: 2, line: 'Other words' })).toEqual({
      ids: new Set(),
      lines: new Set(['My own words']),
    });
    expect(goneWhen({ revision: 2, line: 'The app stops.', analysis: 'done' }).lines.size).toBe(0);
  });

  it('are of none that only became old, or moved', () => {
    expect(goneWhen({ line: '', text: '' })).toEqual({ ids: new Set(), lines: new Set() });
    expect(goneWhen({ issueId: 'B' }).ids.size).toBe(0);
  });
});
