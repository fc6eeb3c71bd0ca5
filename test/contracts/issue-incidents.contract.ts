import { beforeEach, describe, expect, it } from 'vitest';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import { hourOf } from '#core/issues/trends/hour-counts.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import { incidentAt } from './issue-samples.ts';
import { readAllPages } from './pages.ts';
import { HOUR, T0 } from './versions.ts';

const DAY = 24 * HOUR;

/** What every `IssueRecords` does with incidents. */
export function issueIncidentsContract(open: OpenStores): void {
  let records: IssueRecords;
  beforeEach(async () => {
    records = (await open()).issueStores('acme').records;
  });

  describe('IssueRecords of incidents', () => {
    it.each([undefined, T0])(
      'has those that are open or closed within two days, written at %s',
      async (now) => {
        const hour = hourOf(T0);
        const old = incidentAt(hour - 900);
        const closed = incidentAt(hour - 80, { closedAt: T0 - DAY });
        const over = incidentAt(hour - 90, { closedAt: T0 - 2 * DAY });
        await records.putIncidents([closed, over, old, incidentAt(hour)], now);
        for (let again = 0; again < 2; again += 1)
          expect(await records.recentIncidents(T0)).toEqual([old, closed, incidentAt(hour)]);
        expect(await records.incident(over.id)).toEqual(over);
        await records.putIncidents([
          { ...old, closedAt: T0, title: 'over' },
          { ...over, closedAt: null },
        ]);
        expect((await records.recentIncidents(T0)).map(({ id }) => id)).toEqual([
          old.id,
          over.id,
          closed.id,
          incidentAt(hour).id,
        ]);
      },
    );

    it('lists incidents, the newest first, by their state', async () => {
      const many = Array.from({ length: 12 }, (_, n) =>
        incidentAt(n * 5, { closedAt: n % 3 === 0 ? null : T0 }),
      );
      await records.putIncidents(many);
      await records.recentIncidents(T0 + 9 * DAY);
      const ids = async (state: 'open' | 'closed' | undefined, limit: number) =>
        (await readAllPages((cursor) => records.listIncidents({ state }, limit, cursor), limit)).map(
          ({ id }) => id,
        );
      const expected = (isIn: (closedAt: number | null) => boolean) =>
        many
          .filter(({ closedAt }) => isIn(closedAt))
          .map(({ id }) => id)
          .toReversed();
      for (const limit of [1, 3, 12, 50]) {
        expect(await ids(undefined, limit)).toEqual(expected(() => true));
        expect(await ids('open', limit)).toEqual(expected((closedAt) => closedAt === null));
        expect(await ids('closed', limit)).toEqual(expected((closedAt) => closedAt !== null));
      }
    });

    it('leaves out those that were found in retrospect where they are not asked for', async () => {
      const many = Array.from({ length: 6 }, (_, n) =>
        incidentAt(n * 5, { closedAt: T0, isRetrospective: n % 2 === 0 }),
      );
      await records.putIncidents(many);
      const ids = async (retrospective: boolean | undefined) =>
        (await readAllPages((cursor) => records.listIncidents({ retrospective }, 2, cursor), 2)).map(
          ({ id }) => id,
        );
      const newestFirst = many.toReversed().map(({ id }) => id);
      expect(await ids(undefined)).toEqual(newestFirst);
      expect(await ids(true)).toEqual(newestFirst);
      expect(await ids(false)).toEqual(newestFirst.filter((_, n) => n % 2 === 0));
    });

    it('gives back an incident with a thousand tickets', async () => {
      const tickets = Array.from({ length: 1_000 }, (_, n) => ({ id: `${n}`, requester: `${n}`.repeat(9) }));
      const centroid = new Map(Array.from({ length: 200 }, (_, n) => [n, 1 / (n + 3)]));
      const large = incidentAt(hourOf(T0), { tickets, centroid });
      await records.putIncidents([large]);
      expect(await records.incident(large.id)).toEqual(large);
    });
  });
}
