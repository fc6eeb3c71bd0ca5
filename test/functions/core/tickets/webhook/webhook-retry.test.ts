import { expect, it } from 'vitest';
import { MAX_DELIVERIES } from '#core/tickets/webhook/delivery-limits.ts';
import { webhookDelayMs } from '#core/tickets/webhook/webhook-retry.ts';

it('waits longer after each failure, and more than eight hours in all', () => {
  const delays = Array.from({ length: MAX_DELIVERIES - 1 }, (_, n) => webhookDelayMs(n + 1, () => 0.5));
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(delays.reduce((sum, ms) => sum + ms)).toBeGreaterThan(8 * 3_600_000);
  expect(webhookDelayMs(99, () => 0.5)).toBe(delays.at(-1));
});

it('varies by a tenth', () => {
  expect([webhookDelayMs(1, () => 0), webhookDelayMs(1, () => 1)]).toEqual([9_000, 11_000]);
});
