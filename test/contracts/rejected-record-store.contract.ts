import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidCursorError } from '#core/errors.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { readAllPages } from './pages.ts';
import { HOUR, T0 } from './versions.ts';

function record(id: string, fields: Partial<RejectedRecord> = {}): RejectedRecord {
  return {
    id,
    kind: 'skill',
    reason: 'name: missing',
    runId: 'r1',
    firstSeenAt: T0,
    lastSeenAt: T0,
    ...fields,
  };
}

/** What every `RejectedRecordStore` does. */
export function rejectedRecordStoreContract(open: OpenStores): void {
  describe('RejectedRecordStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const now = T0;

    it('lists records by kind and id', async () => {
      const ids = ['b', 'a#x', '漢字', 'x'.repeat(512), ' '];
      for (const id of ids) await stores.rejected.put(record(id));
      await stores.rejected.put(record('z', { kind: 'category' }));
      const { items, cursor } = await stores.rejected.list(50, undefined, now);
      expect(items.map(({ id }) => id)).toEqual(['z', ' ', 'a#x', 'b', 'x'.repeat(512), '漢字']);
      expect(items[3]).toEqual(record('b'));
      expect(cursor).toBeUndefined();
    });

    it('keeps when a record was first seen', async () => {
      await stores.rejected.put(record('a'));
      await stores.rejected.put(
        record('a', { firstSeenAt: T0 + 9, lastSeenAt: T0 + 9, reason: 'other', runId: 'r2' }),
      );
      const { items } = await stores.rejected.list(50, undefined, now);
      expect(items).toEqual([record('a', { lastSeenAt: T0 + 9, reason: 'other', runId: 'r2' })]);
    });

    it('forgets a record seven days after it was last seen', async () => {
      await stores.rejected.put(record('a'));
      const week = T0 + 7 * 24 * HOUR;
      expect((await stores.rejected.list(50, undefined, week - 1)).items).toHaveLength(1);
      expect((await stores.rejected.list(50, undefined, week)).items).toHaveLength(0);
      await stores.rejected.put(record('a', { firstSeenAt: week, lastSeenAt: week }));
      const [again] = (await stores.rejected.list(50, undefined, week)).items;
      expect(again?.firstSeenAt).toBe(week);
    });

    it('leaves out what a clock that was ahead has seen, and takes it anew', async () => {
      const year = T0 + 365 * 24 * HOUR;
      await stores.rejected.put(record('a', { firstSeenAt: year, lastSeenAt: year }));
      await stores.rejected.put(record('b', { firstSeenAt: T0 + 240_000, lastSeenAt: T0 + 240_000 }));
      expect((await stores.rejected.list(50, undefined, now)).items.map(({ id }) => id)).toEqual(['b']);
      await stores.rejected.put(record('a'));
      const { items } = await stores.rejected.list(50, undefined, now);
      expect(items[0]).toEqual(record('a'));
    });

    it('gives every record once whatever the page size', async () => {
      const ids = Array.from({ length: 7 }, (_, n) => `id-${n}`);
      for (const id of ids) await stores.rejected.put(record(id));
      for (let limit = 1; limit <= 8; limit += 1) {
        const pages = await readAllPages((cursor) => stores.rejected.list(limit, cursor, now), limit);
        expect(pages.map(({ id }) => id)).toEqual(ids);
      }
    });

    it('skips what can’t be read', async () => {
      await stores.rejected.put(record('a'));
      await stores.rejected.put(record('b'));
      await stores.raw.patch('REJECTED', 'skill#a', { reason: 7 });
      expect((await stores.rejected.list(50, undefined, now)).items).toEqual([record('b')]);
    });

    it('forgets the one that is removed', async () => {
      await stores.rejected.put(record('a'));
      await stores.rejected.put(record('a', { kind: 'frame' }));
      await stores.rejectedRemover.remove({ kind: 'frame', id: 'a' });
      await stores.rejectedRemover.remove({ kind: 'frame', id: 'never there' });
      expect((await stores.rejected.list(50, undefined, now)).items).toEqual([record('a')]);
    });

    it('refuses cursors that it did not give', async () => {
      await stores.rejected.put(record('a'));
      await expect(stores.rejected.list(50, 'bm90IG1pbmU', now)).rejects.toThrow(InvalidCursorError);
    });
  });
}
