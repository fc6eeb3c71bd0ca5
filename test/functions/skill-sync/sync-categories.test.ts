import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import type { CachedCategory } from '#core/categories/category-store.ts';
import { MassRemovalRefusedError, StorageError, TooLargeError } from '#core/errors.ts';
import type { PutOutcome } from '#core/skills/version-order.ts';
import { syncCategories } from '#functions/skill-sync/sync-categories.ts';

const NOW = Date.parse('2026-02-19T10:30:00Z');
const HOUR = 3_600_000;
const category = (name: string, more: object = {}) => ({ name, ...more });

function cachedOf(record: unknown, expiresAt = NOW + 24 * HOUR): CachedCategory {
  const parsed = parseCategory(record);
  if (!parsed.ok) throw new Error(parsed.reason);
  return { version: parsed.value, observedAt: 0, expiresAt };
}

type World = {
  readonly records: readonly unknown[];
  readonly stored?: readonly CachedCategory[];
  readonly put?: (name: string) => Promise<PutOutcome>;
  readonly acceptOlder?: boolean;
};

function create({ records, stored = [], put = async () => 'written', acceptOlder = false }: World) {
  const written: string[] = [];
  const removed: string[] = [];
  const rejected: (readonly [string, string])[] = [];
  const sync = () =>
    syncCategories({
      marketplace: { listCategories: async () => ({ records, requestedAt: NOW }) },
      categories: {
        all: async () => stored,
        put: async ({ category: { name } }) => {
          const outcome = await put(name);
          written.push(name);
          return outcome;
        },
        remove: async ({ version }) => {
          removed.push(version.category.name);
          return true;
        },
      },
      reject: async (_kind, id, reason) => void rejected.push([id, reason]),
      lifetime: { ttlMs: 24 * HOUR, intervalMs: HOUR },
      ...{ fence: 1, now: () => NOW, signal: new AbortController().signal, acceptOlder },
    });
  return { sync, written, removed, rejected };
}

describe('Function: syncCategories', () => {
  it('puts what is new, leaves what is the same, and counts both', async () => {
    const { sync, written } = create({
      records: [category('Finance'), category('Health')],
      stored: [cachedOf(category('Health'))],
    });
    expect(await sync()).toEqual({ categories_synced: 2, rejected: 0, held_back: 0 });
    expect(written).toEqual(['Finance']);
  });

  it('counts a category that comes twice once', async () => {
    const { sync, written } = create({ records: [category('Finance'), category('Finance')] });
    expect(await sync()).toMatchObject({ categories_synced: 1 });
    expect(written).toEqual(['Finance']);
  });

  it('rejects a bad record, and one that is too large for the table', async () => {
    const { sync, rejected } = create({
      records: [{ name: 7 }, category('Large'), category('Health')],
      put: async (name) => {
        if (name === 'Large') throw new TooLargeError('500 KB');
        return 'written';
      },
    });
    expect(await sync()).toEqual({ categories_synced: 1, rejected: 2, held_back: 0 });
    expect(rejected).toEqual([
      ['7', expect.stringContaining('name')],
      ['Large', '500 KB'],
    ]);
  });

  it('counts a category as held back where the cache holds a newer one', async () => {
    const { sync } = create({ records: [category('Finance')], put: async () => 'superseded' });
    expect(await sync()).toEqual({ categories_synced: 1, rejected: 0, held_back: 1 });
  });

  it('holds back an older one without a write, unless an admin ordered to take it', async () => {
    const stored = [cachedOf(category('Finance', { updated_at: '2026-02-01T00:00:00Z' }))];
    const records = [category('Finance', { updated_at: '2026-01-01T00:00:00Z' })];
    const held = create({ records, stored });
    expect(await held.sync()).toMatchObject({ held_back: 1 });
    expect(held.written).toEqual([]);
    const taken = create({ records, stored, acceptOlder: true });
    expect(await taken.sync()).toMatchObject({ held_back: 0 });
    expect(taken.written).toEqual(['Finance']);
  });

  it('removes what the answer lacks: two at once always, more only up to a fifth', async () => {
    const stored = ['A', 'B', 'C', 'D'].map((name) => cachedOf(category(name)));
    const few = create({ records: [category('A'), category('B')], stored });
    await few.sync();
    expect(few.removed).toEqual(['C', 'D']);
    const many = create({ records: [category('A')], stored });
    await expect(many.sync()).rejects.toThrow(MassRemovalRefusedError);
    expect(many.removed).toEqual([]);
  });

  it('removes nothing for an empty answer, nor what has expired anyway', async () => {
    const stored = [cachedOf(category('A'))];
    await expect(create({ records: [], stored }).sync()).rejects.toThrow(MassRemovalRefusedError);
    const expired = create({ records: [], stored: [cachedOf(category('A'), NOW)] });
    await expired.sync();
    expect(expired.removed).toEqual([]);
  });

  it('removes nothing where a bad record may be the one that is missing', async () => {
    const stored = [cachedOf(category('A')), cachedOf(category('B'))];
    const { sync, removed } = create({ records: [category('A'), null], stored });
    await sync();
    expect(removed).toEqual([]);
  });

  it('fails when the table can not be had', async () => {
    const { sync } = create({
      records: [category('A')],
      put: async () => Promise.reject(new StorageError('down')),
    });
    await expect(sync()).rejects.toThrow(StorageError);
  });
});
