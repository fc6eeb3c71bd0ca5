import { describe, expect, it } from 'vitest';
import { REREAD_AFTER_MS, WindowShare, type WindowShareDeps } from '#adapters/marketplace/window-share.ts';
import { MarketplaceUnavailableError, StorageError } from '#core/errors.ts';
import { LONGEST_HOLD_MS, LONGEST_SPARE_MS, type WindowState } from '#core/marketplace/request-window.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { createLogSpy } from './harness.ts';
import { createWatchedWindow } from './shared-limiter-scene.ts';

const BUSY = new MarketplaceUnavailableError('it answered 503', { status: 503, retryAfterMs: 30_000 });

const NOBODY = { withoutTable: undefined, onHighUse: undefined };

/** Shares of one window, which a test can look at. */
function createScene(stateAt: (now: number) => WindowState | undefined = () => undefined) {
  const clock = createVirtualClock();
  const window = createWatchedWindow(stateAt(clock.now()));
  const share = (over: Partial<WindowShareDeps> = {}) =>
    new WindowShare({ window, now: clock.now, perMinute: 4, ahead: 0, ...NOBODY, ...over });
  const stored = () => window.change((state) => ({ state, result: state }));
  return { clock, window, share, stored };
}

describe('Class: WindowShare, its permits', () => {
  it('are taken for the one that waits and some ahead, by one exchange for all that ask meanwhile', async () => {
    const { clock, window, share, stored } = createScene();
    const ours = share({ ahead: 1 });
    expect(ours.takeAtHand()).toBeUndefined();

    const refills = await Promise.all([ours.refill(), ours.refill()]);

    expect(refills).toEqual(Array.from({ length: 2 }, () => ({ waitMs: 0, isPaused: false })));
    expect(window.seen.writes).toBe(1);
    const held = clock.now() + LONGEST_HOLD_MS;
    expect([ours.takeAtHand(), ours.takeAtHand(), ours.takeAtHand()]).toEqual([held, held, undefined]);
    expect((await stored()).permits).toEqual([held, held]);
  });

  it('are to be waited for until the first comes free where all are taken', async () => {
    const { share } = createScene((now) => ({
      permits: [9_000, 7_000, 8_000, 9_000].map((ms) => now + ms),
      pausedUntil: 0,
    }));
    const ours = share();

    expect(await ours.refill()).toEqual({ waitMs: 7_000, isPaused: false });
    expect(ours.takeAtHand()).toBeUndefined();
  });

  it.each([
    [LONGEST_SPARE_MS, 1],
    [LONGEST_SPARE_MS + 1, 0],
  ])('that were taken %i ms ago are at hand: %i; what is too old goes back', async (ms, atHand) => {
    const { clock, share, stored } = createScene();
    const ours = share();
    await ours.refill();

    await clock.advance(ms);
    const taken = ours.takeAtHand();
    await ours.flush();

    expect(taken === undefined ? 0 : 1).toBe(atHand);
    expect((await stored()).permits).toHaveLength(atHand);
  });

  it('come free when their request says so', async () => {
    const { clock, share, stored } = createScene();
    const ours = share();
    await ours.refill();

    ours.release(ours.takeAtHand() ?? 0, clock.now() + 60_000);
    await ours.tell();

    expect((await stored()).permits).toEqual([clock.now() + 60_000]);
  });

  it('go to the next one where they were not used, and back to the others by a flush', async () => {
    const { share, stored } = createScene();
    const ours = share();
    await ours.refill();
    const held = ours.takeAtHand() ?? 0;

    ours.giveBack(held);
    expect(ours.takeAtHand()).toBe(held);
    ours.giveBack(held);
    await ours.flush();

    expect((await stored()).permits).toEqual([]);
  });
});

describe('Class: WindowShare, a pause', () => {
  it('holds at once for who was asked, whatever is at hand, and for the others once they look', async () => {
    const { clock, share } = createScene();
    const [ours, other] = [share(), share()];
    await ours.refill();

    ours.pause(30_000, BUSY);

    expect([ours.takeAtHand(), ours.because]).toEqual([undefined, BUSY]);
    expect(await other.refill()).toEqual({ waitMs: 30_000, isPaused: true });
    expect([other.pausedUntil(), other.because]).toEqual([clock.now() + 30_000, undefined]);
    await clock.advance(30_000);
    expect([ours.pausedUntil(), ours.takeAtHand()]).toEqual([0, expect.any(Number)]);
  });

  it('is not shortened by a shorter one, and keeps its reason', async () => {
    const { clock, share } = createScene();
    const ours = share();

    ours.pause(30_000, BUSY);
    ours.pause(10_000, undefined);
    await ours.flush();

    expect([ours.pausedUntil(), ours.because]).toEqual([clock.now() + 30_000, BUSY]);
  });

  it('has another reason than ours once somebody else has lengthened it', async () => {
    const { clock, share } = createScene();
    const [ours, other] = [share(), share()];
    ours.pause(30_000, BUSY);
    await ours.flush();

    other.pause(60_000, undefined);
    await other.flush();
    await ours.tell();

    expect([ours.pausedUntil(), ours.because]).toEqual([clock.now() + 60_000, undefined]);
  });

  it('is over for everybody when somebody ends it', async () => {
    const { share, stored } = createScene();
    const ours = share();
    ours.pause(30_000, BUSY);

    await ours.resume();

    expect((await stored()).pausedUntil).toBe(0);
    expect(ours.pausedUntil()).toBe(0);
  });

  it('is told by the next exchange where the table failed, and obeyed meanwhile', async () => {
    const { clock, window, share, stored } = createScene();
    const ours = share();
    window.seen.isDown = true;
    ours.pause(30_000, BUSY);
    await expect(ours.flush()).rejects.toBeInstanceOf(StorageError);
    expect(ours.takeAtHand()).toBeUndefined();

    window.seen.isDown = false;
    await ours.flush();

    expect((await stored()).pausedUntil).toBe(clock.now() + 30_000);
  });
});

describe('Class: WindowShare, its table', () => {
  it('is read again after five seconds, and only by who has permits at hand', async () => {
    const { clock, window, share } = createScene();
    const [ours, idle] = [share(), share()];
    await ours.refill();

    const reads: number[] = [];
    for (const ms of [REREAD_AFTER_MS - 1, 1]) {
      await clock.advance(ms);
      await Promise.all([ours.rereadIfDue(), idle.rereadIfDue()]);
      reads.push(window.seen.reads);
    }

    expect(reads).toEqual([1, 2]);
  });

  it('is told again of permits that it did not hear of', async () => {
    const { clock, window, share, stored } = createScene();
    const ours = share();
    await ours.refill();
    ours.release(ours.takeAtHand() ?? 0, clock.now() + 1_000);
    window.seen.isDown = true;
    await expect(ours.tell()).rejects.toBeInstanceOf(StorageError);

    window.seen.isDown = false;
    await ours.tell();

    expect((await stored()).permits).toEqual([clock.now() + 1_000]);
  });

  it('is needed, unless a log is given to warn of it', async () => {
    const { window, share } = createScene();
    window.seen.isDown = true;

    await expect(share().refill()).rejects.toBeInstanceOf(StorageError);
  });

  it('is not asked for a minute after it failed, while the process counts alone', async () => {
    const { clock, window, share } = createScene();
    const log = createLogSpy();
    const ours = share({ withoutTable: log });
    window.seen.isDown = true;
    expect(await ours.refill()).toEqual({ waitMs: 0, isPaused: false });
    window.seen.isDown = false;

    await clock.advance(59_999);
    await ours.refill();
    expect([window.seen.reads, log.lines.length]).toEqual([0, 1]);
    await clock.advance(1);
    await ours.refill();

    expect([window.seen.reads, log.lines.length]).toEqual([1, 1]);
    expect(ours.takeAtHand()).toBeDefined();
  });
});

describe('Class: WindowShare, a high use', () => {
  const scene = (held: number) =>
    createScene((now) => ({ permits: Array.from({ length: held }, () => now + 240_000), pausedUntil: 0 }));

  it.each([
    [2, []],
    [3, [80]],
    [4, [100]],
  ])('of %i permits of five that are taken before its own is told of as %j', async (held, told) => {
    const { share } = scene(held);
    const uses: number[] = [];

    await share({ perMinute: 5, onHighUse: (percent) => uses.push(percent) }).refill();

    expect(uses).toEqual(told);
  });

  it('is told of after the exchange: what the window has heard it does not hear again', async () => {
    const { clock, share, stored } = scene(3);
    const ours = share({
      perMinute: 5,
      onHighUse: () => {
        throw new Error('no alarm');
      },
    });
    ours.release(clock.now(), clock.now() + 60_000);

    await expect(ours.tell()).rejects.toThrow('no alarm');
    await ours.tell();

    expect((await stored()).permits).toHaveLength(4);
  });

  it('is told of once a minute', async () => {
    const { clock, share } = scene(4);
    const uses: number[] = [];
    const ours = share({ perMinute: 5, onHighUse: (percent) => uses.push(percent) });

    await ours.refill();
    await clock.advance(59_999);
    await ours.tell();
    expect(uses).toHaveLength(1);
    await clock.advance(1);
    await ours.tell();

    expect(uses).toEqual([100, 100]);
  });
});
