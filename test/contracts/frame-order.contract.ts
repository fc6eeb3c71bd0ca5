import { beforeEach, describe, expect, it } from 'vitest';
import { instantFromMs } from '#core/time/instant.ts';
import { pendingOf } from '#functions/realtime-feed/coalesce-updates.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { createObservations } from '#functions/realtime-feed/order-observations.ts';
import type { FeedUpdate } from '#functions/realtime-feed/read-frame.ts';
import { WriteBuffer } from '#functions/realtime-feed/write-buffer.ts';
import { createUpdateWriter } from '#functions/realtime-feed/write-updates.ts';
import { type OpenStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';
import { HOUR, seen, T0, version } from './versions.ts';

const STAMP = new Date(T0).toISOString();
/** Observed before any of these frames: what a page brings that was asked for earlier. */
const EARLIER_PAGE = -1_000;

const skill = (id: string, name: string): FeedUpdate => ({
  type: 'skill_update',
  version: version(id, 0, { name }),
});
const removal = (skillId: string): FeedUpdate => ({
  type: 'skill_delete',
  skillId,
  deletedAt: instantFromMs(T0),
});
const aggregates = (skillId: string, averageRating: number): FeedUpdate => ({
  type: 'rating_update',
  updatedAt: instantFromMs(T0),
  aggregates: { skillId, averageRating, ratingCount: 9, stamp: STAMP },
});

/** What every storage makes of frames with the same `updated_at` in the same millisecond: the later one wins. */
export function frameOrderContract(open: OpenStores): void {
  describe('frames with the same updated_at, back to back', () => {
    let stores: TestStores;
    let nowMs: number;
    let take: (...updates: FeedUpdate[]) => void;
    let written: () => Promise<void>;
    beforeEach(async () => {
      stores = await open();
      nowMs = T0;
      const now = () => nowMs;
      const refuse = (key: string, reason: string) => {
        throw new Error(`${key}: ${reason}`);
      };
      const conflict = () => undefined;
      const observations = createObservations();
      const buffer = new WriteBuffer({
        write: createUpdateWriter({ ...stores, ttlMs: 24 * HOUR, now, observations, refuse, conflict }),
        reject: refuse,
        stored: () => undefined,
        sleep: async () => undefined,
        random: () => 0.5,
        log: SILENT,
        timing: FEED_TIMING,
      });
      let order = 0;
      take = (...updates) => {
        for (const update of updates) {
          order += 1;
          buffer.put(pendingOf({ update, observedAt: now(), order, bytes: 1 }));
        }
      };
      written = () => buffer.drained();
    });
    const stored = async (id: string) => (await stores.skillReader.get(id, new Date(T0)))?.remote.skill;

    it('keeps the later of two contents, folded or written one after the other', async () => {
      for (let n = 0; n < 20; n += 1) {
        take(skill(`folded-${n}`, `first ${n}`), skill(`folded-${n}`, `second ${n}`));
        take(skill(`apart-${n}`, `first ${n}`));
      }
      await written();
      for (let n = 0; n < 20; n += 1) take(skill(`apart-${n}`, `second ${n}`));
      await written();
      for (let n = 0; n < 20; n += 1) {
        expect((await stored(`folded-${n}`))?.name).toBe(`second ${n}`);
        expect((await stored(`apart-${n}`))?.name).toBe(`second ${n}`);
      }
    });

    it.each([true, false])('obeys a removal and a return (written in between: %s)', async (isApart) => {
      const next = async (...updates: FeedUpdate[]) => {
        take(...updates);
        if (isApart) await written();
      };
      await next(skill('gone', 'a'), skill('back', 'a'));
      await next(removal('gone'), removal('back'));
      await next(skill('back', 'b'));
      await written();
      expect(await stored('gone')).toBeUndefined();
      expect((await stored('back'))?.name).toBe('b');
    });

    it.each([true, false])(
      'puts aggregates beside a skill, in their order (written in between: %s)',
      async (isApart) => {
        const next = async (update: FeedUpdate) => {
          take(update);
          if (isApart) await written();
        };
        await next(skill('rated', 'a'));
        await next(aggregates('rated', 2));
        await next(aggregates('rated', 5));
        await next(skill('changed', 'a'));
        await next(aggregates('changed', 3));
        await next(skill('changed', 'b'));
        await written();
        expect(await stored('rated')).toMatchObject({ name: 'a', average_rating: 5 });
        expect(await stored('changed')).toEqual(version('changed', 0, { name: 'b' }).skill);
      },
    );

    it('keeps the later of two categories', async () => {
      const category = (name: string, description: string): FeedUpdate => ({
        type: 'category_update',
        version: { category: { name, description }, updatedAt: instantFromMs(T0), hash: description },
      });
      take(category('folded', 'z'), category('folded', 'a'), category('apart', 'z'));
      await written();
      take(category('apart', 'a'));
      await written();
      const { items } = await stores.categoryReader.list(10, undefined, T0);
      expect(items).toMatchObject([
        { name: 'apart', description: 'a' },
        { name: 'folded', description: 'a' },
      ]);
    });

    it('keeps the later one when the clock is set back in between', async () => {
      take(skill('a', 'first'), skill('b', 'first'));
      await written();
      nowMs = T0 - 10_000;
      take(skill('a', 'second'), removal('b'));
      await written();
      expect((await stored('a'))?.name).toBe('second');
      expect(await stored('b')).toBeUndefined();
    });

    it('wins over a page that was asked for before, and gives way to one that was asked for after', async () => {
      take(skill('a', 'frame'), skill('b', 'frame'));
      await written();
      const page = (id: string) => version(id, 0, { name: 'page' });
      expect(await stores.skills.put(page('a'), seen(EARLIER_PAGE))).toMatchObject({ outcome: 'superseded' });
      expect(await stores.skills.put(page('b'), seen(5))).toMatchObject({ outcome: 'written' });
    });
  });
}
