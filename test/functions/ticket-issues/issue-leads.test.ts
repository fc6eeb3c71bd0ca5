import { describe, expect, it } from 'vitest';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { IssueDecision } from '#core/issues/issue.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { followLeads, mergedAway, withEarlierLeads } from '#functions/ticket-issues/issue-leads.ts';

const daysWith = (...issues: readonly (string | null)[]) => {
  const tickets = issues.map((issueId) => ({ issueId }) as GroupedTicket);
  return new Map([['2025-11-11', { day: '2025-11-11', tickets }]]);
};
const merge = (issue: string, into: string) => ({ type: 'merge', issue, into }) as IssueDecision;

describe('Where issues lead', () => {
  it('is known of those that an operator or a consolidation merged away', () => {
    const decided = [merge('A', 'B'), { type: 'split', issue: 'X', into: 'Y' } as IssueDecision];
    const changes = [
      { type: 'merged_into', issue: 'B', into: 'C' },
      { type: 'renamed', issue: 'C' },
    ] as const;
    const leads = mergedAway({ days: daysWith('C', null), decided, changes });
    expect([...leads]).toEqual([
      ['A', 'B'],
      ['B', 'C'],
    ]);
    expect(['A', 'B', 'C', 'D'].map((id) => followLeads(leads, id))).toEqual(['C', 'C', 'C', 'D']);
  });

  it('is nowhere for one that has a ticket still: its merge could not be', () => {
    expect(mergedAway({ days: daysWith('A'), decided: [merge('A', 'gone')], changes: [] }).size).toBe(0);
  });

  it('is defined where merges go round', () => {
    expect(
      followLeads(
        new Map([
          ['A', 'B'],
          ['B', 'A'],
        ]),
        'A',
      ),
    ).toBe('B');
  });

  it('is asked for those of incidents that were merged before', async () => {
    const asked: string[] = [];
    const movedTo = async (id: string) => {
      asked.push(id);
      return id === 'old' ? 'C' : undefined;
    };
    const incidents = [{ issues: ['C', 'old', 'lost', 'A'] }] as unknown as Incident[];
    const leads = await withEarlierLeads(
      { records: { movedTo } as never },
      { leads: new Map([['A', 'C']]), days: daysWith('C') },
      incidents,
    );
    expect(asked).toEqual(['old', 'lost']);
    expect([...leads]).toEqual([
      ['A', 'C'],
      ['old', 'C'],
    ]);
  });
});
