import { createMemoryRequestWindow } from '#adapters/dynamodb/marketplace/memory-request-window.ts';
import { createRateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import {
  createSharedLimiter,
  type SharedLimiter,
  type SharedLimiterDeps,
} from '#adapters/marketplace/shared-limiter.ts';
import { StorageError } from '#core/errors.ts';
import type { WindowState } from '#core/marketplace/request-window.ts';
import type { VirtualClock } from '#test/virtual-clock.ts';

/** Requests in any 60 s. */
export const PER_MINUTE = 100;

/** Instances that know nothing of each other but the shared window. */
export function createInstances(
  clock: VirtualClock,
  count: number,
  over: Partial<SharedLimiterDeps> = {},
): SharedLimiter[] {
  const window = createMemoryRequestWindow();
  return Array.from({ length: count }, () => {
    const local = createRateLimiter(clock, { perMinute: PER_MINUTE, concurrent: 5 });
    return createSharedLimiter({ local, window, now: clock.now, sleep: clock.sleep, ...over });
  });
}

/** A window that counts what is read and written, and can be out of order. */
export function createWatchedWindow(state?: WindowState) {
  const window = createMemoryRequestWindow();
  if (state) void window.change(() => ({ state, result: undefined }));
  const seen = { reads: 0, writes: 0, isDown: false };
  return {
    seen,
    change: <T>(transition: (before: WindowState) => { state: WindowState; result: T }) => {
      if (seen.isDown) return Promise.reject(new StorageError('no table'));
      seen.reads += 1;
      return window.change((before) => {
        const after = transition(before);
        if (after.state !== before) seen.writes += 1;
        return after;
      });
    },
  };
}
