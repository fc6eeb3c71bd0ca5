import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { orAborted, withDeadline } from '#core/time/deadline.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const error = () => new Error('late');
const never = () => new Promise<never>(() => undefined);

describe('Function: withDeadline', () => {
  it('returns what is done in time, and throws what fails, without a timer left behind', async () => {
    const clock = createVirtualClock();
    expect(await withDeadline(clock.sleep, { ms: 10, error }, async () => 1)).toBe(1);
    const failing = withDeadline(clock.sleep, { ms: 10, error }, () => Promise.reject(new Error('x')));
    await expect(failing).rejects.toThrow('x');
    expect(clock.pending()).toBe(0);
  });

  it('throws its error when time is over, to the millisecond, and aborts the task with it', async () => {
    const clock = createVirtualClock();
    const startedAt = clock.now();
    let seen: AbortSignal | undefined;
    const late = withDeadline(clock.sleep, { ms: 1_500, error }, (signal) => {
      seen = signal;
      return never();
    });
    await expect(clock.run(late)).rejects.toThrow('late');
    expect(clock.now() - startedAt).toBe(1_500);
    expect(seen?.reason).toEqual(new Error('late'));
  });

  it("throws the signal's reason when that aborts first, without a timer or a listener left behind", async () => {
    const clock = createVirtualClock();
    const { signal, abort } = stop();
    const stopped = withDeadline(clock.sleep, { ms: 1_500, error, signal }, never);
    abort();
    await expect(stopped).rejects.toThrow('stopped');
    expect(clock.pending()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not begin when the signal has aborted', async () => {
    const clock = createVirtualClock();
    const { signal, abort } = stop();
    abort();
    let begun = false;
    const stopped = withDeadline(clock.sleep, { ms: 1_500, error, signal }, async () => {
      begun = true;
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect([begun, clock.pending()]).toEqual([false, 0]);
  });
});

describe('Function: orAborted', () => {
  it('is the promise where there is no signal, or none that aborts', async () => {
    const { signal } = stop();
    expect(await orAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await orAborted(Promise.resolve(2), signal)).toBe(2);
    await expect(orAborted(Promise.reject(new Error('x')), signal)).rejects.toThrow('x');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it("throws the signal's reason, before and during the wait", async () => {
    const { signal, abort } = stop();
    const during = orAborted(never(), signal);
    abort();
    await expect(during).rejects.toThrow('stopped');
    await expect(orAborted(never(), signal)).rejects.toThrow('stopped');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

function stop(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error('stopped')) };
}
