import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import { StorageError, TooLargeError } from '#core/errors.ts';
import { coalesce, pendingOf } from '#functions/realtime-feed/coalesce-updates.ts';
import { createObservations } from '#functions/realtime-feed/order-observations.ts';
import { createUpdateWriter, type WriteDeps } from '#functions/realtime-feed/write-updates.ts';
import { digestOf, HOUR, seen, T0, version } from '#test/contracts/versions.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';
import { rating, removal, skill } from './arrivals.ts';

/** A writer over the in-memory stores, an hour after {@link T0}. */
async function createScene(over: Partial<WriteDeps> = {}) {
  const stores = await openMemoryStores();
  const refused: (readonly string[])[] = [];
  const conflicts: unknown[] = [];
  const write = createUpdateWriter({
    skills: stores.skills,
    categories: stores.categories,
    ttlMs: 24 * HOUR,
    now: () => T0 + HOUR,
    refuse: (key, reason) => void refused.push([key, reason]),
    conflict: (effect) => void conflicts.push(effect),
    ...over,
  });
  const read = (id: string) => stores.skillReader.get(id, new Date(T0 + HOUR));
  return { stores, write, refused, conflicts, read };
}

describe('Function: createUpdateWriter', () => {
  it('writes a version, to live for its time from now on', async () => {
    const { stores, write, read } = await createScene();

    await write(pendingOf(skill('a', 1, 5)));

    expect((await read('a'))?.remote.skill).toMatchObject({ skill_id: 'a', name: 'Skill a' });
    expect(await digestOf(stores.skills, 'a')).toMatchObject({ expiresAt: T0 + 25 * HOUR });
  });

  it('writes the aggregates after the change that is beside them', async () => {
    const { write, read } = await createScene();

    await write(coalesce(pendingOf(rating('a', 2)), pendingOf(skill('a', 1))));

    expect((await read('a'))?.remote.skill).toMatchObject({ average_rating: 4, rating_count: 2 });
  });

  it('puts a tombstone over a skill that was deleted', async () => {
    const { stores, write, read } = await createScene();
    await stores.skills.put(version('a', 1), seen(0));

    await write(pendingOf(removal('a', 2, 5)));

    expect(await read('a')).toBeUndefined();
  });

  it('writes a category', async () => {
    const { stores, write } = await createScene();
    const parsed = parseCategory({ name: 'data' });
    if (!parsed.ok) throw new Error(parsed.reason);

    await write(
      pendingOf({ update: { type: 'category_update', version: parsed.value }, observedAt: T0, bytes: 1 }),
    );

    expect(await stores.categories.all()).toMatchObject([{ version: { category: { name: 'data' } } }]);
  });

  it('observes two updates of one skill one after the other, however the clock stands', async () => {
    const observedAt: number[] = [];
    const { stores } = await createScene();
    const put: WriteDeps['skills']['put'] = async (its, observation) => {
      observedAt.push(observation.observedAt);
      return stores.skills.put(its, observation);
    };
    const { write } = await createScene({
      skills: { ...stores.skills, put },
      observations: createObservations(),
    });

    for (const at of [5, 5, 2]) await write(pendingOf(skill('a', at, at)));

    expect(observedAt).toEqual([T0 + 5, T0 + 6, T0 + 7]);
  });

  it('tells of a conflict that a version begins, and of nothing where there is none', async () => {
    const { stores, write, conflicts } = await createScene();
    await write(pendingOf(skill('a', 1)));
    expect(conflicts).toEqual([]);
    await stores.editor.edit('a', (entry) => ({ ...entry.remote.skill, name: 'Ours' }), {
      by: 'dana',
      now: T0,
    });

    await write(
      pendingOf({
        ...skill('a', 2),
        update: { type: 'skill_update', version: version('a', 2, { name: 'Theirs' }) },
      }),
    );

    expect(conflicts).toMatchObject([{ detected: true }]);
  });

  it('refuses what is too large with the reason, and writes what is beside it', async () => {
    const aggregated: string[] = [];
    const { write, refused } = await createScene({
      skills: {
        put: () => Promise.reject(new TooLargeError('It takes 400 KB.')),
        tombstone: async () => true,
        putAggregates: async ({ skillId }) => aggregated.push(skillId) > 0,
      },
    });

    await write(coalesce(pendingOf(rating('a', 2)), pendingOf(skill('a', 1))));

    expect([refused, aggregated]).toEqual([[['skill a', 'It takes 400 KB.']], ['a']]);
  });

  it('fails with the table, so that the update is kept', async () => {
    const { stores } = await createScene();
    const put = () => Promise.reject(new StorageError('down'));
    const { write, refused } = await createScene({ skills: { ...stores.skills, put } });

    await expect(write(pendingOf(skill('a', 1)))).rejects.toBeInstanceOf(StorageError);
    expect(refused).toEqual([]);
  });
});
