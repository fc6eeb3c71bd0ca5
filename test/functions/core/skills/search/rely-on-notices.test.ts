import { beforeEach, describe, expect, it } from 'vitest';
import { createMemorySkillBatchReader } from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import { relyOnNotices } from '#core/skills/search/rely-on-notices.ts';
import { watchNotices } from '#core/skills/search/watch-notices.ts';
import type { SkillBatchReader } from '#core/skills/skill-reader.ts';
import { HOUR } from '#test/contracts/versions.ts';
import { remembering, SearchWorld } from './search-world.ts';

describe('A reader that relies on notices', () => {
  let world: SearchWorld;
  let sync: ReturnType<SearchWorld['writer']>;
  let read: string[][];
  let reader: SkillBatchReader;
  beforeEach(() => {
    world = new SearchWorld();
    sync = world.writer(1);
    read = [];
    const items: SkillBatchReader = {
      getMany(ids, now) {
        read.push([...ids]);
        return createMemorySkillBatchReader(world.memory).getMany(ids, now);
      },
    };
    const { snapshots, now } = world;
    reader = relyOnNotices(remembering(items), watchNotices({ snapshots, now }));
  });
  const put = async (...ids: string[]) => {
    for (const id of ids) await sync.put(world.next(id));
    world.nowMs += 3 * HOUR;
  };
  const names = async (ids: readonly string[], isConsistent = true) => {
    const skills = await reader.getMany(ids, new Date(world.nowMs), isConsistent);
    return Object.fromEntries(
      skills.map((skill) => [skill.remote.skill.skill_id, effectiveSkill(skill).name]),
    );
  };
  const served = (...ids: string[]) =>
    Object.fromEntries([...world.served()].filter(([id]) => ids.includes(id)));

  it('reads nothing a second time while nobody announces to write it', async () => {
    await put('a', 'b');
    const before = await names(['a', 'b', 'a']);
    expect(read).toEqual([['a', 'b']]);
    world.nowMs += 20_000;
    expect(await names(['b', 'a', 'b'])).toEqual(before);
    expect(read).toHaveLength(1);
    expect(before).toEqual(served('a', 'b'));
  });

  it('reads what somebody edited, be it in another process, and what it does not know yet', async () => {
    await put('a', 'b', 'c');
    await names(['a', 'b']);
    await world.api().edit('a');
    expect(await names(['a', 'b', 'c'])).toEqual(served('a', 'b', 'c'));
    expect(read.slice(1).toSorted()).toEqual([['a'], ['c']]);
  });

  it('reads all of it while somebody writes whom nobody asked what', async () => {
    await put('a', 'b');
    await names(['a', 'b']);
    await sync.put(world.next('b'));
    for (const ms of [0, 30_000, 60_000]) {
      world.nowMs += ms;
      expect(await names(['a', 'b'])).toEqual(served('a', 'b'));
    }
    expect(read).toHaveLength(4);
  });

  it('reads again what it read half a minute ago', async () => {
    await put('a');
    await names(['a']);
    world.nowMs += 30_000;
    const { notices } = world.counts;
    await names(['a']);
    expect(read).toHaveLength(2);
    expect(world.counts.notices).toBe(notices);
  });

  it('reads what has expired: it may have been renewed', async () => {
    const a = world.next('a');
    await sync.put(a, 2 * HOUR + 10_000);
    world.nowMs += 2 * HOUR;
    await names(['a']);
    world.nowMs += 10_000;
    expect(await names(['a'])).toEqual({});
    expect(read).toHaveLength(2);
  });

  it('leaves reads that may be a moment behind as they were', async () => {
    await put('a');
    await names(['a'], false);
    await names(['a'], false);
    expect(read).toHaveLength(2);
  });
});
