import { describe, expect, it } from 'vitest';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import { dayAfter } from '#core/issues/trends/hour-counts.ts';
import { daysWithoutDigest, pastDigest } from '#functions/ticket-issues/missing-digests.ts';
import { groupedTicket, ISSUE, incidentAt, issueFacts, issueSummary } from '#test/contracts/issue-samples.ts';

const TODAY = '2025-11-30';
const HOUR = 3_600_000;
const hourOf = (time: string) => Date.parse(time) / HOUR;

/** Three tickets of three people on each of so many days, today the last. */
function daysOf(count: number): Map<string, TicketDay> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const day = dayAfter(TODAY, index + 1 - count);
      const createdAt = Date.parse(`${day}T09:00:00Z`);
      const tickets = [1, 2, 3].map((n) =>
        groupedTicket({ id: `${day}-${n}`, requester: `${day}-${n}`, createdAt, mergedInto: null }),
      );
      return [day, { day, tickets }];
    }),
  );
}

function knownOf(days: ReadonlyMap<string, TicketDay>) {
  const facts = new Map([[ISSUE, issueFacts({ listedAt: 1, title: 'Exports are empty' })]]);
  return { before: undefined, days, issues: [issueSummary()], facts, decisions: [], incidents: [] };
}

describe('Function: daysWithoutDigest', () => {
  it('names the days of four weeks that have none, as far as a week of tickets lies before', async () => {
    // Prepare
    const { records } = createMemoryIssueStores(createMemoryTable(), 'acme');
    const known = knownOf(daysOf(20));
    const options = { generatedAt: 0, minRequesters: 3 };
    const kept = pastDigest({ date: '2025-11-25', cost: { day_usd: 0, month_usd: 0 } }, known, [], options);
    await records.putDigest(kept);

    // Act
    const missing = await daysWithoutDigest({ records }, known, TODAY);

    // Assess
    expect(missing[0]).toBe('2025-11-18');
    expect(missing.at(-1)).toBe('2025-11-29');
    expect(missing).not.toContain('2025-11-25');
    expect(missing).toHaveLength(11);
    expect(await daysWithoutDigest({ records }, knownOf(daysOf(60)), TODAY)).toHaveLength(26);
    expect(await daysWithoutDigest({ records }, knownOf(new Map()), TODAY)).toEqual([]);
  });
});

describe('Function: pastDigest', () => {
  const known = knownOf(daysOf(40));
  const incident = incidentAt(hourOf('2025-11-11T06:00:00Z'), {
    id: 'outage',
    closedAt: Date.parse('2025-11-13T12:00:00Z'),
    tickets: [{ id: '2025-11-11-1', requester: 'a' }],
  });
  const later = incidentAt(hourOf('2025-11-20T06:00:00Z'), { id: 'later' });
  const digestOf = (date: string) =>
    pastDigest({ date, cost: { day_usd: 1, month_usd: 2 } }, known, [incident, later], {
      generatedAt: Date.parse(`${TODAY}T14:00:00Z`),
      minRequesters: 3,
    });

  it('has the numbers of the day’s end, in the words of now', () => {
    const digest = digestOf('2025-11-11');
    expect(digest).toMatchObject({
      date: '2025-11-11',
      totals: { tickets: 3, requesters: 3, tickets_7d: 21, open_issues: 1 },
      cost: { day_usd: 1, month_usd: 2 },
    });
    expect(digest.top).toMatchObject([
      { id: ISSUE, title: 'Exports are empty', tickets_24h: 3, tickets_7d: 21 },
    ]);
  });

  it('has the incidents of then, open as long as they were, with what people said', () => {
    expect(digestOf('2025-11-10').incidents).toEqual([]);
    expect(digestOf('2025-11-11').incidents).toMatchObject([
      { id: 'outage', closed_at: null, examples: [{ ticket_id: '2025-11-11-1' }] },
    ]);
    expect(digestOf('2025-11-13').incidents).toMatchObject([{ closed_at: '2025-11-13T12:00:00.000Z' }]);
    expect(digestOf('2025-11-20').incidents.map(({ id }) => id)).toEqual(['later', 'outage']);
  });
});
