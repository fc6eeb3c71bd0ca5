import { afterEach, describe, expect, it } from 'vitest';
import type { Ending } from '#core/feed/feed-socket.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { type ServerSide, startVirtualFeed, type VirtualFeed } from './virtual-feed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOURS = 3;

/** With ten attempts: the first one, ten more, and one with a token that was read anew; then it rests for an hour. */
const MOST_CONNECTS = 12;
/** One in five minutes, and one more at once; an hour may begin and end with one. */
const MOST_CATCH_UPS = 14;

type Kind = {
  /** How long a connection lives, by its number; undefined: it never opens. */
  readonly livesMs: (number: number) => number | undefined;
  readonly ending?: Ending;
  readonly says?: object;
  readonly mostConnects?: number;
};

const CLOSED: Ending = { kind: 'closed', code: 1006 };
const PING = { type: 'ping' };
const REFUSED: Ending = { kind: 'refused', status: 503 };

const KINDS: Readonly<Record<string, Kind>> = {
  'closes right after it opened': { livesMs: () => 0 },
  'closes after the first frame': { livesMs: () => 10, says: PING },
  'closes in order after 5 s': { livesMs: () => 5_000, ending: { kind: 'closed', code: 1000 } },
  'closes after 59 s': { livesMs: () => 59_000 },
  'accepts, then refuses the token with 1008': { livesMs: () => 100, ending: { kind: 'closed', code: 1008 } },
  'accepts, then refuses the token with 4401': { livesMs: () => 100, ending: { kind: 'closed', code: 4401 } },
  'is broken off': { livesMs: () => 1_000, ending: { kind: 'unreachable', cause: 'ECONNRESET' } },
  'never opens': { livesMs: () => undefined },
  'opens and refuses in turns': { livesMs: (number) => (number % 2 === 0 ? 2_000 : undefined) },
  // From here on connections last: each makes good for the failures before it.
  'closes after 61 s': { livesMs: () => 61_000, mostConnects: 60 },
  'lasts and fails in turns': {
    livesMs: (number) => (number % 2 === 0 ? 61_000 : 0),
    mostConnects: 120,
  },
};

describe.each(Object.entries(KINDS))('a server that %s', (_what, kind) => {
  let feed: VirtualFeed;
  afterEach(() => feed.stop());

  it('is asked for so many connections and listings an hour, and is caught up with in the end', async () => {
    const clock = createVirtualClock();
    let isFlapping = true;
    const serve = async ({ number, events, say }: ServerSide) => {
      const livesMs = isFlapping ? kind.livesMs(number) : HOUR * 24;
      if (livesMs === undefined) return events.ended(REFUSED);
      events.opened();
      if (kind.says) say(kind.says);
      await clock.sleep(livesMs);
      events.ended(kind.ending ?? CLOSED);
    };
    feed = await startVirtualFeed({ clock, serve });

    await clock.advance(HOURS * HOUR);
    const starts = feed.invoked.map(({ at }) => at);
    for (const end of [...feed.connects, ...starts]) {
      const within = (times: readonly number[]) => times.filter((at) => at > end - HOUR && at <= end).length;
      expect(within(feed.connects)).toBeLessThanOrEqual(kind.mostConnects ?? MOST_CONNECTS);
      expect(within(starts)).toBeLessThanOrEqual(MOST_CATCH_UPS);
    }
    if (kind.mostConnects === undefined) expect((await feed.report())?.fallbackToPolling).toBe(true);

    isFlapping = false;
    await clock.advance(HOUR + 11 * MINUTE);
    expect(await feed.report()).toMatchObject({ connected: true, fallbackToPolling: false });
    expect(feed.invoked.at(-1)!.at).toBeGreaterThanOrEqual(feed.connects.at(-1)!);
  });

  it('is connected to at once when an operator asks for it', async () => {
    const clock = createVirtualClock();
    const serve = async ({ number, events }: ServerSide) => {
      const livesMs = kind.livesMs(number);
      if (livesMs === undefined) return events.ended(REFUSED);
      events.opened();
      await clock.sleep(livesMs);
      events.ended(kind.ending ?? CLOSED);
    };
    feed = await startVirtualFeed({ clock, serve });
    for (const waitedMs of [20_000, 10 * MINUTE, 40 * MINUTE]) {
      await clock.advance(waitedMs);
      const before = feed.connects.length;
      await feed.stores.feed.control({ reconnectRequestedAt: clock.now() });
      await clock.advance(10_000);
      expect(feed.connects.length).toBeGreaterThan(before);
    }
  });
});
