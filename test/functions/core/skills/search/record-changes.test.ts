import { beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { announceChanges, recordChanges } from '#core/skills/search/record-changes.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { digestOf, entryOf, HOUR, POLICY, seen, T0, version } from '#test/contracts/versions.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';

describe('The recorded entries', () => {
  let stores: TestStores;
  let calls: string[];
  let nowMs: number;
  beforeEach(async () => {
    stores = await openMemoryStores();
    calls = [];
    nowMs = T0;
  });

  function record(fails: { announce?: boolean; append?: boolean } = {}) {
    const { entries, snapshots } = stores;
    const call = async (name: 'announce' | 'append', work: () => Promise<void>) => {
      calls.push(name);
      if (fails[name]) throw new StorageError('down');
      await work();
    };
    const recorded = recordChanges({
      entries: {
        ...entries,
        putUnlessNewer(...args) {
          calls.push('put');
          return entries.putUnlessNewer(...args);
        },
      },
      snapshots: {
        announce: (notice) => call('announce', () => snapshots.announce(notice)),
        append: (...args) => call('append', () => snapshots.append(...args)),
      },
      now: () => nowMs,
      log: SILENT,
    });
    return { ...recorded, fails, skills: createSkillStore(recorded.entries, POLICY) };
  }
  const inSnapshot = async () => Object.fromEntries((await stores.snapshots.read())?.skills ?? []);

  it('announces before it writes, once in half a minute, and nothing where nothing is written', async () => {
    const { skills, flush, entries } = record();
    for await (const _ of entries.digests());
    await flush();
    expect(calls).toEqual([]);
    await Promise.all(['a', 'b'].map((id) => skills.put(version(id, 0), seen(0))));
    expect(calls).toEqual(['announce', 'put', 'put']);
    nowMs += 30_000;
    await skills.put(version('c', 0), seen(0));
    expect(calls.slice(3)).toEqual(['announce', 'put']);
    nowMs -= 40_000;
    await skills.put(version('d', 0), seen(0));
    expect(calls.slice(5)).toEqual(['announce', 'put']);
  });

  it('writes nothing that it could not announce, and tries again', async () => {
    const { skills, fails } = record({ announce: true });
    await expect(skills.put(version('a', 0), seen(0))).rejects.toThrow(StorageError);
    expect(await entryOf(stores, 'a')).toBeUndefined();
    fails.announce = false;
    await skills.put(version('a', 0), seen(0));
    expect(calls).toEqual(['announce', 'announce', 'put']);
  });

  it('adds what was written, as it is served, and takes out what is gone or edited', async () => {
    const { skills, flush } = record();
    for (const id of ['a', 'b', 'c']) await skills.put(version(id, 0, { category: 'x' }), seen(0));
    await skills.put(version('a', -5, { name: 'older' }), seen(1));
    await flush();
    expect(Object.keys(await inSnapshot())).toEqual(['a', 'b', 'c']);
    const { hash } = version('a', 0, { category: 'x' });
    expect((await inSnapshot()).a).toEqual({
      ...{ id: 'a', hash, name: 'Skill a', category: 'x', tags: [], description: '' },
    });
    await stores.editor.edit('b', ({ remote }) => ({ ...remote.skill, name: 'mine' }), { by: 'me', now: T0 });
    await skills.put(version('b', 9_000), seen(9_000));
    await skills.tombstone('c', instantFromMs(T0 + 9_000), seen(9_000));
    await skills.remove(await digestOf(stores.skills, 'a'), seen(9_000));
    await flush();
    expect(await inSnapshot()).toEqual({});
  });

  it('adds rating aggregates, since they change the hash', async () => {
    const { skills, flush } = record();
    await skills.put(version('a', 0), seen(0));
    const stamp = new Date(T0 + 5_000).toISOString();
    await skills.putAggregates({ skillId: 'a', averageRating: 4, ratingCount: 2, stamp }, seen(5_000));
    await flush();
    expect((await inSnapshot()).a?.hash).toBe((await digestOf(stores.skills, 'a')).hash);
  });

  it('keeps what it could not add for the next time', async () => {
    const { skills, flush, fails } = record({ append: true });
    await skills.put(version('a', 0), seen(0));
    await skills.put(version('b', 0), seen(0));
    await flush();
    await skills.put(version('b', 5_000), seen(5_000));
    fails.append = false;
    await flush();
    await flush();
    const skillsThere = await inSnapshot();
    expect(Object.keys(skillsThere)).toEqual(['a', 'b']);
    expect(skillsThere.b?.hash).toBe(version('b', 5_000).hash);
    expect(calls.filter((call) => call === 'append')).toHaveLength(2);
  });
});

describe('The announced entries', () => {
  it('name the skill that is about to be edited', async () => {
    const stores = await openMemoryStores();
    await stores.skills.put(version('a', 0), seen(0));
    const editor = createSkillEditor(announceChanges(stores.entries, stores.snapshots, () => T0 + HOUR));
    await editor.edit('a', ({ remote }) => ({ ...remote.skill, name: 'mine' }), { by: 'me', now: T0 });
    expect(await stores.snapshots.noticesSince(T0)).toEqual([{ at: T0 + HOUR, skillId: 'a' }]);
    expect((await entryOf(stores, 'a'))?.edit?.local?.name).toBe('mine');
  });
});
