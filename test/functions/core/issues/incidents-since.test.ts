import { describe, expect, it } from 'vitest';
import { incidentsSince } from '#core/issues/incidents-since.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { incidentOf } from './summaries/grouped.ts';

/** Pages of incidents by their times of opening. */
function recordsOf(...pages: readonly (readonly number[])[]) {
  const asked: (string | undefined)[] = [];
  const items = (times: readonly number[]): Incident[] =>
    times.map((openedAt) => incidentOf(`${openedAt}`, { openedAt }));
  const listIncidents = async (_filter: object, _limit: number, cursor: string | undefined) => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    return { items: items(pages[at] ?? []), cursor: at + 1 < pages.length ? String(at + 1) : undefined };
  };
  return { asked, records: { listIncidents } };
}

describe('Function: incidentsSince', () => {
  const timesOf = (incidents: readonly Incident[]) => incidents.map(({ openedAt }) => openedAt);

  it('reads pages until one reaches beyond the time', async () => {
    const { asked, records } = recordsOf([9, 8], [7, 3], [2, 1]);
    expect(timesOf(await incidentsSince(records, 4))).toEqual([9, 8, 7, 3]);
    expect(asked).toEqual([undefined, '1']);
  });

  it('reads all where none reaches beyond, an empty page too', async () => {
    const { records } = recordsOf([9], [], [8]);
    expect(timesOf(await incidentsSince(records, 4))).toEqual([9, 8]);
  });

  it('reads as many pages as it may', async () => {
    const { asked, records } = recordsOf([9], [8], [7]);
    expect(timesOf(await incidentsSince(records, 0, 2))).toEqual([9, 8]);
    expect(asked).toHaveLength(2);
  });
});
