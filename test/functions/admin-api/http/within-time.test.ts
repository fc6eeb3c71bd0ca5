import { describe, expect, it } from 'vitest';
import { BUDGET_MS, withinTime } from '#functions/admin-api/http/within-time.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { audited } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

describe('Function: withinTime', () => {
  it('hands on what is done in time, and what fails', async () => {
    const { sleep, pending } = createVirtualClock();
    expect(await withinTime(sleep, Promise.resolve(1), 1_000)).toBe(1);
    await expect(withinTime(sleep, Promise.reject(new Error('x')), 1_000)).rejects.toThrow('x');
    expect(pending()).toBe(0);
  });

  it('leaves room below the 29 s after which the function is stopped', () => {
    expect(BUDGET_MS).toBeLessThanOrEqual(26_000);
  });

  it('answers 503 and leaves a record when the work takes too long', async () => {
    const clock = createVirtualClock();
    const world = createWorld();
    const schedules = { ...world.services.schedules, change: () => new Promise<never>(() => undefined) };
    const parts = { method: 'PATCH', path: '/api/admin/sync/jobs/cache-cleanup', body: { enabled: true } };
    const answer = call(world, parts, apiOf(withServices(world, { schedules, sleep: clock.sleep })));
    await clock.advance(BUDGET_MS);

    expect(await answer).toMatchObject({ status: 503, body: { error: 'took_too_long' } });
    expect(await audited(world)).toMatchObject([{ status: 503, error: 'took_too_long' }]);
  });
});
