import { describe, expect, it } from 'vitest';
import { Alarm, steadyClock } from '#adapters/marketplace/alarm.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

function createScene() {
  const clock = createVirtualClock();
  const rings: number[] = [];
  const startedAt = clock.now();
  const alarm = new Alarm(clock.sleep, clock.now);
  const set = (inMs: number) => alarm.set(startedAt + inMs, () => void rings.push(clock.now() - startedAt));
  return { clock, rings, alarm, set };
}

describe('Class: Alarm', () => {
  it('rings once, at the time that was set last', async () => {
    const { clock, rings, set } = createScene();
    set(1_000);
    set(500);
    await clock.advance(5_000);
    expect([rings, clock.pending()]).toEqual([[500], 0]);
  });

  it('keeps its timer when the same time is set again', async () => {
    const { clock, rings, set } = createScene();
    for (let n = 0; n < 3; n += 1) set(500);
    expect(clock.pending()).toBe(1);
    await clock.advance(500);
    expect(rings).toEqual([500]);
  });

  it('rings after a millisecond for a time that is over, and never for infinity', async () => {
    const { clock, rings, set } = createScene();
    set(-10);
    await clock.advance(10);
    set(Number.POSITIVE_INFINITY);
    expect([rings, clock.pending()]).toEqual([[1], 0]);
  });

  it('rings after an hour at the latest', async () => {
    const { clock, rings, set } = createScene();
    set(2 ** 40);
    await clock.advance(3_600_000);
    expect(rings).toEqual([3_600_000]);
  });

  it('leaves no timer behind when it is cleared', async () => {
    const { clock, rings, alarm, set } = createScene();
    set(500);
    alarm.clear();
    await clock.advance(1_000);
    expect([rings, clock.pending()]).toEqual([[], 0]);
  });
});

describe('Function: steadyClock', () => {
  it('stands still where the clock is set back, and goes on from there', () => {
    let reading = 1_000;
    const steady = steadyClock(() => reading);
    const readings = [1_010, 500, 510].map((next) => {
      reading = next;
      return steady();
    });
    expect(readings).toEqual([1_010, 1_010, 1_020]);
  });
});
