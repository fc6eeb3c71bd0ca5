import { beforeEach, describe, expect, it } from 'vitest';
import { GenerationChangedError } from '#core/issues/errors.ts';
import type { IssueGeneration, IssueGenerations } from '#core/issues/issue-generation.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import {
  bareTicket,
  countsOf,
  groupedTicket,
  ISSUE,
  issueSummary,
  nextGeneration,
  ticketDay,
} from './issue-samples.ts';
import { HOUR, T0 } from './versions.ts';

const DAY = 24 * HOUR;
const FIRST = ticketDay('2026-03-01', '1', '2');
const SECOND = ticketDay('2026-03-02', '3');

/** What every `IssueGenerations` does. */
export function issueGenerationsContract(open: OpenStores): void {
  let generations: IssueGenerations;
  let others: IssueGenerations;
  beforeEach(async () => {
    const stores = await open();
    generations = stores.issueStores('acme').generations;
    others = stores.issueStores('acme').generations;
  });
  const publishFirst = () =>
    generations.publish(
      undefined,
      nextGeneration({
        days: [SECOND, FIRST],
        counts: new Map([['2026-03-01', countsOf(FIRST)]]),
        issues: [issueSummary()],
      }),
    );
  const daysOf = async (generation: IssueGeneration) => [
    ...(await generations.readDays(generation, generation.days.keys())).values(),
  ];

  describe('IssueGenerations', () => {
    it('has none before the first', async () => {
      expect(await generations.current()).toBeUndefined();
      for (const number of [1, 0, -1, 1.5, Number.NaN]) expect(await generations.get(number)).toBeUndefined();
    });

    it('gives back what was published, to the letter, to whoever asks', async () => {
      const day = {
        day: '2026-03-02',
        tickets: [groupedTicket(), bareTicket('2'), bareTicket('3', { kind: 'spam' })],
      };
      const counts = new Map([
        ['2025-01-01', { hours: new Map(), totals: new Map([['total#', { tickets: 5, requesters: 4 }]]) }],
        ['2026-03-02', countsOf(day)],
        [
          '2026-03-03',
          { hours: new Map([['issue#x', countsOf(FIRST).hours.get(`issue#${ISSUE}`)!]]), totals: new Map() },
        ],
      ]);
      const issues = [
        issueSummary(),
        issueSummary({ id: 'x', kind: null, representative: null, incidentId: 'i' }),
      ];
      const published = await generations.publish(
        undefined,
        nextGeneration({ days: [day], counts, issues, decisions: 2, consolidatedAt: T0 }),
      );
      expect(published).toEqual({
        ...{
          number: 1,
          publishedAt: T0,
          syncedUntil: T0 - 60_000,
          decisions: 2,
          completeSince: T0 - 90 * DAY,
          consolidatedAt: T0,
        },
        days: new Map([['2026-03-02', 3]]),
        countedDays: new Set(['2025-01-01', '2026-03-02', '2026-03-03']),
      });
      const current = await others.current();
      expect(current).toEqual(published);
      expect(await others.get(1)).toEqual(published);
      // A copy of it will do as well: only its number tells which it is.
      for (const generation of [published, current!, structuredClone(published)]) {
        const asked = ['2026-03-02', '1999-01-01', '2026-03-02'];
        expect(await others.readDays(generation, asked)).toEqual(new Map([[day.day, day]]));
        expect(await others.readCounts(generation, [...counts.keys(), '1999-01-01'])).toEqual(counts);
        expect(await others.readIssues(generation)).toEqual(issues);
      }
    });

    it('keeps what the next one does not name, in the order of the days, and drops what is empty', async () => {
      const first = await publishFirst();
      expect([...first.days]).toEqual([
        ['2026-03-01', 2],
        ['2026-03-02', 1],
      ]);
      const before = ticketDay('2026-02-27', '9');
      const second = await generations.publish(
        first,
        nextGeneration({
          days: [before, { day: SECOND.day, tickets: [] }, { day: '2026-01-01', tickets: [] }],
          counts: new Map([
            ['2026-03-01', { hours: new Map(), totals: new Map() }],
            ['2026-02-27', countsOf(before)],
          ]),
          issues: [issueSummary({ ticketsTotal: 5 })],
        }),
      );
      expect(second.number).toBe(2);
      expect([...second.days]).toEqual([
        ['2026-02-27', 1],
        ['2026-03-01', 2],
      ]);
      expect([...second.countedDays]).toEqual(['2026-02-27']);
      expect(await daysOf(second)).toEqual([before, FIRST]);
      expect(await generations.readIssues(second)).toEqual([issueSummary({ ticketsTotal: 5 })]);
    });

    it('has the one before readable as it was, whatever came since', async () => {
      const first = await publishFirst();
      const changed = { day: FIRST.day, tickets: [groupedTicket({ id: '8' })] };
      const second = await generations.publish(
        first,
        nextGeneration({ days: [changed], publishedAt: T0 + HOUR }),
      );
      await generations.publish(
        second,
        nextGeneration({ days: [{ day: FIRST.day, tickets: [] }], publishedAt: T0 + 2 * HOUR }),
      );
      await generations.sweep(T0 + 2 * HOUR);
      const former = await others.get(1);
      expect(former).toEqual(first);
      const read = await others.readDays(former!, former!.days.keys());
      expect([...read.values()]).toEqual([FIRST, SECOND]);
      expect(await others.readIssues(former!)).toEqual([issueSummary()]);
      expect((await generations.current())?.number).toBe(3);
      expect(await generations.get(4)).toBeUndefined();
    });

    it('forgets it a day later, and never what still counts', async () => {
      const first = await publishFirst();
      const changed = { day: FIRST.day, tickets: [groupedTicket({ id: '8' })] };
      const second = await generations.publish(
        first,
        nextGeneration({ days: [changed], publishedAt: T0 + HOUR }),
      );
      await generations.sweep(T0 + 3 * DAY);
      expect(await generations.get(1)).toBeUndefined();
      expect(await daysOf(second)).toEqual([changed, SECOND]);
      expect(await generations.readIssues(second)).toEqual([]);
      expect(await generations.sweep(T0 + 3 * DAY)).toBe(0);
    });

    it('refuses to follow on one that no longer counts', async () => {
      const first = await publishFirst();
      await expect(publishFirst()).rejects.toThrow(GenerationChangedError);
      const second = await others.publish(first, nextGeneration());
      await expect(generations.publish(first, nextGeneration())).rejects.toThrow(GenerationChangedError);
      expect(await generations.current()).toEqual(second);
      expect(await daysOf(second)).toEqual([FIRST, SECOND]);
    });

    it('lets one of many win', async () => {
      const first = await publishFirst();
      const outcomes = await Promise.allSettled(
        ['4', '5', '6', '7'].map((id) =>
          generations.publish(first, nextGeneration({ days: [ticketDay('2026-03-02', id)] })),
        ),
      );
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(won).toHaveLength(1);
      expect(lost.every(({ reason }) => reason instanceof GenerationChangedError)).toBe(true);
      expect(await generations.current()).toEqual(won[0]?.value);
      expect(await generations.readDays(won[0]!.value, ['2026-03-02'])).toHaveProperty('size', 1);
    });

    it('forgets all of it, but gives no number twice', async () => {
      await generations.reset();
      const first = await publishFirst();
      await generations.reset();
      expect([await generations.current(), await generations.get(1)]).toEqual([undefined, undefined]);
      await expect(generations.publish(first, nextGeneration())).rejects.toThrow(GenerationChangedError);
      const anew = await publishFirst();
      expect(anew.number).toBeGreaterThan(first.number);
      expect(await generations.current()).toEqual(anew);
      expect(await daysOf(anew)).toEqual([FIRST, SECOND]);
    });

    it('keeps accounts apart', async () => {
      const other = (await open()).issueStores('other').generations;
      await publishFirst();
      expect(await other.current()).toBeUndefined();
      await other.reset();
      expect(await generations.current()).toBeDefined();
    });
  });
}
