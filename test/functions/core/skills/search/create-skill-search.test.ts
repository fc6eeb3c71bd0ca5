import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidCursorError, StorageError } from '#core/errors.ts';
import { searchableSkill } from '#core/skills/search/searchable-skill.ts';
import { HOUR, MINUTE } from '#test/contracts/versions.ts';
import { findAll, SearchWorld } from './search-world.ts';

const ids = (count: number) => Array.from({ length: count }, (_, n) => `s${String(n).padStart(3, '0')}`);

describe('The search over the cached skills', () => {
  let world: SearchWorld;
  let sync: ReturnType<SearchWorld['writer']>;
  beforeEach(() => {
    world = new SearchWorld();
    sync = world.writer(1);
  });
  const fill = async (count: number) => {
    for (const id of ids(count)) await sync.put(world.next(id, { category: 'data', tags: ['t'] }));
    await sync.flush();
    world.nowMs += 5 * MINUTE;
  };
  const ask = (query = 'skill', limit = 10) => ({ query, filter: {}, limit });
  const counted = () => ({ ...world.counts });

  it('is loaded at the first search, once, however many come at the same time', async () => {
    await fill(30);
    const { search } = world.api();
    expect(counted()).toMatchObject({ digests: 0, snapshots: 0 });
    const pages = await Promise.all([1, 2, 3].map(() => search.search(ask())));
    for (const { hits } of pages) expect(hits.map(({ id }) => id)).toEqual(ids(10));
    expect(counted()).toMatchObject({ digests: 1, snapshots: 1, items: 3 * 11 });
  });

  it('asks for notices twice a minute at most, and compares digests only where there are some', async () => {
    await fill(5);
    const { search } = world.api();
    await search.search(ask());
    world.nowMs += 3 * MINUTE;
    const before = counted();
    await search.search(ask());
    await search.search(ask());
    expect(counted()).toMatchObject({ digests: before.digests, notices: before.notices + 1 });
    await sync.put(world.next('s001'));
    world.nowMs += 31_000;
    await search.search(ask());
    expect(counted()).toMatchObject({ digests: before.digests + 1, notices: before.notices + 2 });
    world.nowMs += 11 * MINUTE;
    await search.search(ask());
    expect(counted()).toMatchObject({ digests: before.digests + 2 });
  });

  it('reads of the table what has changed, and the hits', async () => {
    await fill(30);
    const { search } = world.api();
    await search.search(ask());
    await sync.put(world.next('s001'));
    world.nowMs += 31_000;
    const before = world.counts.items;
    await search.search(ask('skill', 5));
    expect(world.counts.items - before).toBe(1 + 6);
  });

  it('reads every edited skill when it is loaded, and each edit of others since', async () => {
    await fill(30);
    const [here, there] = [world.api(), world.api()];
    await there.edit('s003');
    world.nowMs += 2 * HOUR;
    await here.search.search(ask());
    expect(world.counts.items).toBe(1 + 11);
    const { local } = (await there.edit('s003')) ?? {};
    world.nowMs += 31_000;
    const before = counted();
    expect(await findAll(here.search, String(local?.name.split(' ')[1]))).toEqual(['s003']);
    expect(counted()).toMatchObject({ digests: before.digests, items: before.items + 2 });
  });

  it('finds an edit of its own at once, and one that others made after it, however late it was told of its own', async () => {
    await fill(3);
    const [here, there] = [world.api(), world.api()];
    await here.search.search(ask());
    const own = await here.edit('s001');
    const words = (of: typeof own) => String(of?.local?.name.split(' ')[1]);
    expect(await findAll(here.search, words(own))).toEqual(['s001']);
    const theirs = await there.edit('s001');
    world.nowMs += 5 * MINUTE;
    if (own) here.search.noticed(searchableSkill(own));
    world.nowMs += 31_000;
    expect(await findAll(here.search, words(theirs))).toEqual(['s001']);
    expect(await findAll(here.search, words(own))).toEqual([]);
  });

  it('fills a page although some of its hits are gone', async () => {
    await fill(12);
    const { search } = world.api();
    await search.search(ask());
    for (const id of ['s000', 's002', 's004']) await sync.remove(id);
    world.nowMs += 5_000;
    const page = await search.search(ask('skill', 5));
    expect(page.hits.map(({ id }) => id)).toEqual(['s001', 's003', 's005', 's006', 's007']);
    const next = await search.search({ ...ask('skill', 5), cursor: String(page.cursor) });
    expect(next.hits.map(({ id }) => id)).toEqual(['s008', 's009', 's010', 's011']);
    expect(next.cursor).toBeUndefined();
  });

  it('judges the filter by what is served now', async () => {
    await fill(3);
    const { search } = world.api();
    const inData = { ...ask(), filter: { category: 'data', tag: 't' } };
    expect((await search.search(inData)).hits).toHaveLength(3);
    await sync.put(world.next('s001', { category: 'other', tags: ['t'] }));
    await sync.put(world.next('s002', { category: 'data', tags: null }));
    world.nowMs += 5_000;
    expect((await search.search(inData)).hits.map(({ id }) => id)).toEqual(['s000']);
  });

  it('refuses a cursor of another query, filter or list', async () => {
    await fill(12);
    const { search } = world.api();
    const { cursor } = await search.search(ask());
    for (const other of [
      { ...ask('other'), cursor: String(cursor) },
      { ...ask(), filter: { tag: 't' }, cursor: String(cursor) },
      { ...ask(), cursor: 'nonsense' },
    ]) {
      await expect(search.search(other)).rejects.toThrow(InvalidCursorError);
    }
  });

  it('says so where not every skill fits, and leaves out the same ones everywhere', async () => {
    await fill(12);
    for (const { search } of [world.api({ maxIndexed: 10 }), world.api({ maxIndexed: 10 })]) {
      const page = await search.search(ask('skill', 50));
      expect(page.hits.map(({ id }) => id)).toEqual(ids(10));
      expect(page.partial).toContain('10 of 12 skills');
      await sync.put(world.next('s011'));
      world.nowMs += 31_000;
      expect((await search.search(ask('skill', 50))).hits).toHaveLength(10);
    }
    expect((await world.api().search.search(ask())).partial).toBeUndefined();
  });

  it('builds the index from the table where there is no snapshot, and leaves one for the next', async () => {
    await fill(300);
    world.memory.search.state = { changes: [] };
    expect(await findAll(world.api().search, 'skill', 100)).toEqual(ids(300));
    const before = world.counts.items;
    await world.api().search.search(ask());
    expect(world.counts.items - before).toBe(11);
  });

  it('writes a snapshot anew that is damaged, or mostly of skills that are gone', async () => {
    await fill(250);
    const { search: stored } = world.memory;
    for (const { id } of stored.state.changes) stored.changes.set(id, undefined);
    await world.api().search.search(ask());
    expect((await world.snapshots.read())?.isDamaged).toBe(false);
    for (const id of ids(150)) world.memory.skills.delete(id);
    await world.api().search.search(ask());
    expect((await world.snapshots.read())?.skills.size).toBe(100);
  });

  it('answers with a part where the time is up, and goes on at the next search', async () => {
    await fill(1_000);
    world.memory.search.state = { changes: [] };
    const api = world.api({
      beforeRead: () => {
        world.nowMs += 1_000;
      },
    });
    const first = await api.search.search(ask());
    expect(first.hits).toHaveLength(10);
    expect(first.partial).toMatch(/\d+ of 1000 skills are not in it yet/);
    let searches = 1;
    for (; (await api.search.search(ask())).partial !== undefined; searches += 1)
      expect(searches).toBeLessThan(9);
    expect(searches).toBeGreaterThan(1);
    expect((await world.snapshots.read())?.skills.size).toBe(1_000);
  });

  it('goes on with what it has for as long as it may, and then fails with the table', async () => {
    await fill(5);
    const api = world.api();
    await api.search.search(ask());
    const { noticesSince, read } = world.snapshots;
    world.snapshots.noticesSince = () => Promise.reject(new StorageError('down'));
    world.nowMs += 40_000;
    expect((await api.search.search(ask())).hits).toHaveLength(5);
    world.nowMs += 20_000;
    await expect(api.search.search(ask())).rejects.toThrow(StorageError);
    world.snapshots.noticesSince = noticesSince;
    expect((await api.search.search(ask())).hits).toHaveLength(5);
    world.snapshots.read = () => Promise.reject(new StorageError('down'));
    expect((await world.api().search.search(ask())).hits).toHaveLength(5);
    world.snapshots.read = read;
  });

  it('suggests nothing that has expired, and what was renewed again', async () => {
    await fill(1);
    const brief = world.next('brief');
    await sync.put(brief, 2 * MINUTE);
    const { search } = world.api();
    world.nowMs += 31_000;
    const texts = async () => (await search.suggest('skill', 10)).map(({ text }) => text);
    expect(await texts()).toContain(brief.skill.name);
    world.nowMs += 2 * MINUTE;
    expect(await texts()).toHaveLength(1);
    await sync.put(brief);
    world.nowMs += 31_000;
    expect(await texts()).toContain(brief.skill.name);
  });
});
