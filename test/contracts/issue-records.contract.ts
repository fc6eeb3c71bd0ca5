import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidCursorError } from '#core/errors.ts';
import type { IssueFacts } from '#core/issues/issue.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import { digestOf, ISSUE, incidentAt, issueEvent, issueFacts } from './issue-samples.ts';
import { forgedCursors, readAllPages } from './pages.ts';
import { T0 } from './versions.ts';

/** Ids that somebody may send, and no row has. */
const ODD_IDS = ['', '#', 'x'.repeat(2_000), '\ud800', '日本'];

/** What every `IssueRecords` does. */
export function issueRecordsContract(open: OpenStores): void {
  let records: IssueRecords;
  let reopen: (subdomain: string) => IssueRecords;
  beforeEach(async () => {
    const { issueStores } = await open();
    reopen = (subdomain) => issueStores(subdomain).records;
    records = reopen('acme');
  });
  const write = (next: IssueFacts, ...events: Parameters<typeof issueEvent>[]) =>
    records.changeFacts(next.id, () => ({
      next,
      events: events.map((of) => issueEvent(...of)),
      result: next.version,
    }));
  const eventIds = async (issueId = ISSUE, limit = 100) =>
    (await readAllPages((cursor) => records.events(issueId, limit, cursor), limit)).map(({ id }) => id);

  describe('IssueRecords', () => {
    it('knows nothing at first, of no id whatever', async () => {
      expect([await records.allFacts(), await records.decisions()]).toEqual([new Map(), []]);
      expect(await records.recentIncidents(T0)).toEqual([]);
      expect((await records.listIncidents({}, 10, undefined)).items).toEqual([]);
      for (const id of [ISSUE, ...ODD_IDS]) {
        expect(await records.facts(id)).toBeUndefined();
        expect(await records.movedTo(id)).toBeUndefined();
        expect(await records.incident(id)).toBeUndefined();
        expect(await records.digest(id)).toBeUndefined();
        expect(await records.events(id, 10)).toEqual({ items: [], cursor: undefined });
      }
    });

    it('gives back facts to the letter, alone and with all others', async () => {
      const label = { title: '日本', description: 'd'.repeat(600), model: 'm', labelledAt: T0, basis: 'b' };
      const full = issueFacts({
        ...{ status: 'resolved', title: 'naïve \u0000', owner: 'ada', note: 'n'.repeat(6_000), label },
        ...{ listedAt: T0, resolvedAt: T0 + 1, reopenedAt: T0 + 2, hasMerged: true, version: 7 },
      });
      expect(await write(full)).toBe(7);
      await write(issueFacts({ id: 'b' }));
      expect(await records.facts(ISSUE)).toEqual(full);
      expect([...(await records.allFacts())]).toEqual([
        [ISSUE, full],
        ['b', issueFacts({ id: 'b' })],
      ]);
    });

    it('decides by what is stored, and writes nothing where there is nothing to be written', async () => {
      const seen: (IssueFacts | undefined)[] = [];
      const look = (before: IssueFacts | undefined) => {
        seen.push(before);
        return { result: 'r', events: [issueEvent('unwritten')] };
      };
      expect(await records.changeFacts(ISSUE, look)).toBe('r');
      await write(issueFacts());
      await records.changeFacts(ISSUE, look);
      expect(seen).toEqual([undefined, issueFacts()]);
      expect(await eventIds()).toEqual([]);
    });

    it('loses no change of several at once, and no event of one', async () => {
      const events = Array.from({ length: 5 }, (_, n) => `e${n}`);
      await Promise.all(
        events.map((id) =>
          records.changeFacts(ISSUE, (before) => {
            const version = (before?.version ?? 0) + 1;
            const event = issueEvent(id, { data: { version } });
            return { next: issueFacts({ version }), events: [event], result: version };
          }),
        ),
      );
      expect((await records.facts(ISSUE))?.version).toBe(5);
      const all = (await records.events(ISSUE, 10)).items;
      expect(all.map(({ data }) => data.version).toSorted()).toEqual([1, 2, 3, 4, 5]);
    });

    it('lists the events of an issue, the newest first, page by page', async () => {
      await write(issueFacts(), ['a', { at: T0 + 5 }], ['b', { at: T0 + 9, by: 'ada', data: {} }]);
      await records.putEvents([
        issueEvent('c', { at: T0 + 7, type: 'alert', data: { t: '日本', none: null, n: 1.5 } }),
        issueEvent('d', { at: T0 + 7 }),
        issueEvent('elsewhere', { issueId: 'b' }),
      ]);
      expect(await eventIds()).toEqual(['b', 'd', 'c', 'a']);
      for (const limit of [1, 2, 3, 4]) expect(await eventIds(ISSUE, limit)).toEqual(['b', 'd', 'c', 'a']);
      const [, , alert] = (await records.events(ISSUE, 3)).items;
      expect(alert).toEqual(
        issueEvent('c', { at: T0 + 7, type: 'alert', data: { t: '日本', none: null, n: 1.5 } }),
      );
      expect(await eventIds('b')).toEqual(['elsewhere']);
    });

    it('writes an event once, whenever it is said to have been', async () => {
      await records.putEvents([issueEvent('a'), issueEvent('a', { at: T0 + 9 })]);
      await records.putEvents([issueEvent('a', { at: T0 + 5 }), issueEvent('b', { at: T0 - 5 })]);
      await write(issueFacts(), ['b', { at: T0 + 6 }]);
      expect((await records.events(ISSUE, 10)).items).toEqual([
        issueEvent('a'),
        issueEvent('b', { at: T0 - 5 }),
      ]);
    });

    it('refuses cursors that it did not give', async () => {
      await records.putEvents([issueEvent('a'), issueEvent('b')]);
      await records.putIncidents([incidentAt(1), incidentAt(2)]);
      const { cursor: given = '' } = await records.events(ISSUE, 1);
      for (const cursor of forgedCursors(given))
        await expect(records.events(ISSUE, 1, cursor)).rejects.toThrow(InvalidCursorError);
      await expect(records.events('b', 1, given)).rejects.toThrow(InvalidCursorError);
      const incidents = await records.listIncidents({}, 1, undefined);
      await expect(records.listIncidents({ state: 'open' }, 1, incidents.cursor)).rejects.toThrow(
        InvalidCursorError,
      );
      await expect(records.listIncidents({}, 1, given)).rejects.toThrow(InvalidCursorError);
      for (const cursor of forgedCursors(incidents.cursor!))
        await expect(records.listIncidents({}, 1, cursor)).rejects.toThrow(InvalidCursorError);
    });

    it('follows an id that was merged away to its end', async () => {
      await records.putMoves([
        { id: 'a', into: 'b' },
        { id: 'b', into: 'c' },
      ]);
      expect([await records.movedTo('a'), await records.movedTo('b')]).toEqual(['c', 'c']);
      expect(await records.movedTo('c')).toBeUndefined();
      await records.putMoves([
        { id: 'c', into: 'd' },
        { id: 'c', into: 'd' },
      ]);
      expect(await records.movedTo('a')).toBe('d');
      // Nobody should write a circle; whoever follows one must come to an end.
      await records.putMoves([{ id: 'd', into: 'a' }]);
      expect(await records.movedTo('a')).toBe('d');
      await records.putMoves([{ id: 'e', into: 'e' }]);
      expect(await records.movedTo('e')).toBeUndefined();
    });

    it('numbers decisions one by one, also of several at once', async () => {
      const merge = { type: 'merge', issue: 'a', into: 'b', at: T0, by: 'ada' } as const;
      const rest = Array.from({ length: 3_000 }, (_, n) => `${n}`);
      const split = {
        type: 'split',
        issue: 'b',
        into: 'c',
        tickets: ['1'],
        rest,
        at: T0,
        by: 'ada',
      } as const;
      expect(await records.decide(merge)).toEqual({ ...merge, number: 1 });
      await records.decide(split);
      await Promise.all(['x', 'y', 'z'].map((by) => records.decide({ ...merge, by })));
      const all = await records.decisions();
      expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
      expect(all[1]).toEqual({ ...split, number: 2 });
      expect(
        all
          .slice(2)
          .map(({ by }) => by)
          .toSorted(),
      ).toEqual(['x', 'y', 'z']);
    });

    it('keeps the digest of a day, the last that was made', async () => {
      await records.putDigest({ ...digestOf('2026-03-01'), top: [] });
      await records.putDigest(digestOf('2026-03-01'));
      expect(await records.digest('2026-03-01')).toEqual(digestOf('2026-03-01'));
      expect(await records.digest('2026-03-02')).toBeUndefined();
    });

    it('keeps accounts apart, and forgets one of them wholly', async () => {
      const other = reopen('other');
      for (const store of [records, other]) {
        await store.changeFacts(ISSUE, () => ({ next: issueFacts(), events: [issueEvent('a')], result: 0 }));
        await store.putMoves([{ id: 'a', into: 'b' }]);
        await store.decide({ type: 'merge', issue: 'a', into: 'b', at: T0, by: 'ada' });
        await store.putIncidents([incidentAt(1)]);
        await store.putDigest(digestOf('2026-03-01'));
      }
      await records.reset();
      const contents = async (store: IssueRecords) => [
        (await store.allFacts()).size,
        (await store.events(ISSUE, 10)).items.length,
        await store.movedTo('a'),
        (await store.decisions()).length,
        (await store.recentIncidents(T0)).length,
        (await store.listIncidents({}, 10, undefined)).items.length,
        (await store.digest('2026-03-01'))?.date,
      ];
      expect(await contents(records)).toEqual([0, 0, undefined, 0, 0, 0, undefined]);
      expect(await contents(other)).toEqual([1, 1, 'b', 1, 1, 1, '2026-03-01']);
    });
  });
}
