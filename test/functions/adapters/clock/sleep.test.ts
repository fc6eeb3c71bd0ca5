import { describe, expect, it } from 'vitest';
import { sleep } from '#adapters/clock/sleep.ts';

describe('Function: sleep', () => {
  it('ends by itself, with nothing', async () => {
    expect(await sleep(0)).toBeUndefined();
    expect(await sleep(0, new AbortController().signal)).toBeUndefined();
  });

  it.each([
    ['before it began', true],
    ['while it slept', false],
  ])('rejects with the reason of a signal that aborted %s', async (_when, isEarly) => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    if (isEarly) controller.abort(reason);

    const sleeping = sleep(3_600_000, controller.signal);
    controller.abort(reason);

    await expect(sleeping).rejects.toBe(reason);
  });
});
