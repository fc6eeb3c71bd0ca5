import { describe, expect, it } from 'vitest';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { IssueDecision } from '#core/issues/issue.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import {
  effectiveDecisions,
  followLeads,
  mergedAway,
  withEarlierLeads,
} from '#functions/ticket-issues/issue-leads.ts';

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

  it('is decided by the first of several decisions about an issue, and by none about what is not there', () => {
    const split = { type: 'split', issue: 'C', into: 'D' } as IssueDecision;
    const decisions = [
      merge('A', 'lost'),
      merge('A', 'B'),
      merge('A', 'C'),
      merge('lost', 'B'),
      merge('B', 'B'),
      split,
      merge('D', 'C'),
    ];
    expect(effectiveDecisions(daysWith('A', 'B', 'C'), decisions)).toEqual([
      decisions[1],
      split,
      decisions[6],
    ]);
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
