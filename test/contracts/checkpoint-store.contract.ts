import { beforeEach, describe, expect, it } from 'vitest';
import { idFingerprint } from '#core/json/content-hash.ts';
import type { ListingCheckpoint } from '#core/runs/listing-checkpoint.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { HOUR, T0 } from './versions.ts';

function checkpoint(throughPage: number, ids: readonly string[] = []): ListingCheckpoint {
  return { throughPage, seen: ids.map(idFingerprint), runId: 'r1', counts: { added: ids.length } };
}

/** What every `CheckpointStore` does. */
export function checkpointStoreContract(open: OpenStores): void {
  describe('CheckpointStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const append = (listingId: string, one: ListingCheckpoint) =>
      stores.checkpoints.append(listingId, one, T0 + 2 * HOUR);

    it('knows nothing of a listing that was not begun', async () => {
      expect(await stores.checkpoints.load('none')).toEqual([]);
    });

    it('gives every checkpoint back in the order of pages', async () => {
      const given = [
        checkpoint(2, ['a', 'b']),
        checkpoint(9),
        checkpoint(10, ['é']),
        checkpoint(1_000, ['c']),
      ];
      for (const one of [...given].reverse()) await append('one', one);
      await append('other', checkpoint(1, ['x']));
      expect(await stores.checkpoints.load('one')).toEqual(given);
    });

    it('keeps the last of two that end at the same page', async () => {
      await append('one', checkpoint(2, ['a']));
      await append('one', checkpoint(2, ['b']));
      expect(await stores.checkpoints.load('one')).toEqual([checkpoint(2, ['b'])]);
    });

    it('takes more fingerprints than one item holds', async () => {
      const many = checkpoint(
        7,
        Array.from({ length: 70_000 }, (_, n) => `id-${n}`),
      );
      await append('one', many);
      const loaded = await stores.checkpoints.load('one');
      expect(loaded.flatMap(({ seen }) => seen)).toEqual(many.seen);
      expect(Math.max(...loaded.map(({ throughPage }) => throughPage))).toBe(7);
      expect(loaded.map(({ counts }) => counts.added ?? 0).reduce((a, b) => a + b)).toBe(70_000);
    });

    it('starts anew where a checkpoint can’t be read', async () => {
      await append('one', checkpoint(1, ['a']));
      await append('one', checkpoint(2, ['b']));
      await stores.raw.patch('LISTING#one', 'PAGE#00000001', { seen: 'cut off' });
      expect(await stores.checkpoints.load('one')).toEqual([]);
    });
  });
}
