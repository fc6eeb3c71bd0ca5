import { createRateLimiter, type Limits, type RateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

/** Takes a slot and gives it back at once, as a request without any latency would. */
export async function pass(limiter: RateLimiter, clock: VirtualClock): Promise<number> {
  const slot = await limiter.acquire();
  const at = clock.now();
  slot.sent();
  slot.answered();
  slot.release();
  return at;
}

/** A limiter that lives by a virtual clock. */
export function create(limits: Limits) {
  const clock = createVirtualClock();
  return { clock, limiter: createRateLimiter(clock, limits) };
}
