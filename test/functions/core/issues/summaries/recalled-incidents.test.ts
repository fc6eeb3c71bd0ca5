import { describe, expect, it } from 'vitest';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { recalledIncidents } from '#core/issues/summaries/recalled-incidents.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { incidentAt } from '#test/contracts/issue-samples.ts';

const HOUR = 3_600_000;
const at = (day: string, hour = 0) => (Date.parse(`${day}T00:00:00Z`) + hour * HOUR) / HOUR;

/** One that opened on a day, and was over on another. */
function over(id: string, opened: string, closed: string): Incident {
  return incidentAt(at(opened, 6), { id, closedAt: at(closed, 12) * HOUR });
}

describe('Function: recalledIncidents', () => {
  it('has the recent ones as they are now, and those that were over in the four weeks before', async () => {
    // Prepare
    const { records } = createMemoryIssueStores(createMemoryTable(), 'acme');
    await records.putIncidents([
      over('long ago', '2025-09-01', '2025-09-03'),
      over('just too old', '2025-10-28', '2025-11-01'),
      over('long, and just over', '2025-10-20', '2025-11-03'),
      over('weeks ago', '2025-11-11', '2025-11-13'),
      incidentAt(at('2025-11-29', 7), { id: 'recent', title: 'as it was stored' }),
    ]);
    const recent = [incidentAt(at('2025-11-29', 7), { id: 'recent', title: 'as it is now' })];

    // Act
    const found = await recalledIncidents({ records }, '2025-11-30', recent);

    // Assess
    expect(found.map(({ id }) => id)).toEqual(['recent', 'weeks ago', 'long, and just over']);
    expect(found[0]?.title).toBe('as it is now');
  });

  it('goes on over pages, and ends where all are too old', async () => {
    const all = Array.from({ length: 250 }, (_, index) =>
      incidentAt(at('2025-11-28') - index * 12, {
        id: `i${index}`,
        closedAt: (at('2025-11-29') - index * 12) * HOUR,
      }),
    );
    let pages = 0;
    const records = {
      listIncidents: async (_filter: object, limit: number, cursor: string | undefined) => {
        pages += 1;
        const from = Number(cursor ?? 0);
        const items = all.slice(from, from + limit);
        return { items, cursor: from + limit < all.length ? String(from + limit) : undefined };
      },
    };
    const found = await recalledIncidents({ records }, '2025-11-30', []);
    expect(found).toHaveLength(54);
    expect(pages).toBe(2);
  });
});
