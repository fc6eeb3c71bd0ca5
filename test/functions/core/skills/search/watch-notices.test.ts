import { beforeEach, describe, expect, it } from 'vitest';
import { type ChangeNotice, NOTICE_ACTIVE_MS } from '#core/skills/search/search-snapshots.ts';
import { watchNotices } from '#core/skills/search/watch-notices.ts';

const T0 = 1_700_000_000_000;

describe('The watch of the notices', () => {
  let notices: ChangeNotice[];
  let nowMs: number;
  let asked: number;
  const open = () =>
    watchNotices({
      now: () => nowMs,
      snapshots: {
        noticesSince: async (at, atMost) => {
          asked += 1;
          return notices.filter((notice) => notice.at >= at).slice(0, atMost);
        },
      },
    });
  beforeEach(() => {
    notices = [];
    nowMs = T0;
    asked = 0;
  });

  it('believes what was read before, where nobody has announced to write it', async () => {
    const holds = await open().look();
    expect(holds('a', T0)).toBe(true);
    expect(holds('a', T0 - 29_999)).toBe(true);
    expect(holds('a', T0 - 30_001)).toBe(false);
    expect(holds('a', T0 + 1)).toBe(false);
  });

  it('believes nothing of a skill that may have been written since it was read', async () => {
    notices = [{ at: T0 - NOTICE_ACTIVE_MS, skillId: 'a' }];
    const holds = await open().look();
    expect(holds('a', T0)).toBe(false);
    expect(holds('b', T0)).toBe(true);
    nowMs = T0 + 1;
    expect((await open().look())('a', T0 + 1)).toBe(true);
    expect((await open().look())('a', T0)).toBe(false);
  });

  it('goes by the last notice of a skill', async () => {
    notices = [
      { at: T0 - NOTICE_ACTIVE_MS - 5, skillId: 'a' },
      { at: T0 - 1, skillId: 'a' },
    ];
    expect((await open().look())('a', T0)).toBe(false);
  });

  it('asks nothing while somebody may write any skill', async () => {
    const watch = open();
    expect(watch.isWorthALook(T0)).toBe(true);
    notices = [{ at: T0 - 1_000 }];
    expect((await watch.look())('a', T0)).toBe(false);
    nowMs = T0 - 1_000 + NOTICE_ACTIVE_MS;
    expect(watch.isWorthALook(nowMs)).toBe(false);
    nowMs += 1;
    expect(watch.isWorthALook(nowMs)).toBe(true);
    expect((await watch.look())('a', nowMs)).toBe(true);
  });

  it('does not believe what was read long ago, or by a clock that was ahead', () => {
    const watch = open();
    expect(watch.isWorthALook(T0 - 29_999)).toBe(true);
    expect(watch.isWorthALook(T0 - 30_000)).toBe(false);
    expect(watch.isWorthALook(T0 + 1)).toBe(false);
  });

  it('asks no more for half a minute where there are too many to be read', async () => {
    const watch = open();
    notices = Array.from({ length: 100 }, (_, n) => ({ at: T0 - 200_000 + 60_000 + n, skillId: `s${n}` }));
    expect((await watch.look())('other', T0)).toBe(false);
    expect(watch.isWorthALook(T0)).toBe(false);
    nowMs += 30_001;
    expect(watch.isWorthALook(nowMs)).toBe(true);
    notices.pop();
    expect((await watch.look())('other', nowMs)).toBe(true);
  });

  it('asks once for several at the same time, after each of them came', async () => {
    const watch = open();
    const first = watch.look();
    notices = [{ at: T0, skillId: 'a' }];
    const others = [watch.look(), watch.look()];
    await first;
    for (const holds of await Promise.all(others)) expect(holds('a', T0)).toBe(false);
    expect(asked).toBe(2);
  });
});
