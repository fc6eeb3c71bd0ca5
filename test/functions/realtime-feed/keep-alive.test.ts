import { describe, expect, it } from 'vitest';
import { isOver, keepAlive, type Pulse } from '#functions/realtime-feed/keep-alive.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const HEARTBEAT = 30_000;
const PONG_WITHIN = 10_000;

/** A heartbeat on a clock that the test moves. */
function start() {
  const clock = createVirtualClock(0);
  const pulse: Pulse = { heard: 0, pauses: 0, isPaused: false };
  const pings: number[] = [];
  const connection = new AbortController();
  const scene = { isDead: undefined as boolean | undefined };
  const deps = {
    ping: () => void pings.push(clock.now()),
    sleep: clock.sleep,
    timing: { heartbeatMs: HEARTBEAT, pongWithinMs: PONG_WITHIN },
  };
  const done = keepAlive(deps, pulse, connection.signal).then((isDead) => {
    scene.isDead = isDead;
  });
  return Object.assign(scene, { clock, pulse, pings, end: () => connection.abort(), done });
}

describe('Function: keepAlive', () => {
  it('pings once in an interval as long as something is heard after each ping', async () => {
    const scene = start();

    for (let n = 0; n < 4; n += 1) {
      await scene.clock.advance(n === 0 ? HEARTBEAT + 1 : HEARTBEAT);
      scene.pulse.heard += 1;
    }

    expect(scene.pings).toEqual([1, 2, 3, 4].map((n) => n * HEARTBEAT));
    expect(scene.isDead).toBeUndefined();
  });

  it('finds the other side dead when nothing is heard within the time for a pong', async () => {
    const scene = start();

    await scene.clock.advance(HEARTBEAT - 1);
    scene.pulse.heard += 1;
    await scene.clock.advance(PONG_WITHIN);
    expect(scene.isDead).toBeUndefined();
    await scene.clock.advance(1);

    expect([scene.isDead, scene.clock.pending()]).toEqual([true, 0]);
  });

  it('leaves a socket alone that is paused, or was meanwhile', async () => {
    const scene = start();

    scene.pulse.isPaused = true;
    await scene.clock.advance(HEARTBEAT + PONG_WITHIN);
    expect(scene.isDead).toBeUndefined();
    scene.pulse.isPaused = false;
    await scene.clock.advance(HEARTBEAT - PONG_WITHIN);
    scene.pulse.pauses += 1;
    await scene.clock.advance(PONG_WITHIN);

    expect(scene.isDead).toBeUndefined();
    await scene.clock.advance(HEARTBEAT);
    expect(scene.isDead).toBe(true);
  });

  it('lets a pong be read that came while the whole process stood still', async () => {
    const pulse: Pulse = { heard: 0, pauses: 0, isPaused: false };
    const connection = new AbortController();
    let slept = 0;
    // All timers are overdue; the pong is read after the first one of the wait for it.
    const sleep = async () => {
      slept += 1;
      if (slept === 3) pulse.heard += 1;
      if (slept === 4) throw new Error('The connection has ended.');
    };
    const timing = { heartbeatMs: HEARTBEAT, pongWithinMs: PONG_WITHIN };

    const isDead = await keepAlive({ ping: () => undefined, sleep, timing }, pulse, connection.signal);

    expect([isDead, slept]).toEqual([false, 4]);
  });

  it.each([0, HEARTBEAT, HEARTBEAT + 0.9 * PONG_WITHIN])(
    'ends with its connection after %i ms, and leaves no timer behind',
    async (ms) => {
      const scene = start();

      await scene.clock.advance(ms);
      scene.end();
      await scene.done;

      expect([scene.isDead, scene.clock.pending()]).toEqual([false, 0]);
    },
  );
});

describe('Function: isOver', () => {
  it('tells a sleep that ended by itself from one that was cut short', async () => {
    expect(await Promise.all([isOver(Promise.resolve()), isOver(Promise.reject(new Error('cut')))])).toEqual([
      true,
      false,
    ]);
  });
});
