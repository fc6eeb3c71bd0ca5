import type { Sleep } from '#core/time/clock.ts';

/**
 * Settles like the promise, or rejects with the signal's reason when that comes first. For things that can't
 * be aborted themselves: the promise goes on unheard.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

export type Deadline = {
  readonly ms: number;
  /** What to fail with when the time is over. */
  readonly error: () => Error;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs a task under a signal that aborts after `ms` milliseconds or with the caller's signal. The timer and
 * the listener are gone when it settles. (`AbortSignal.any` and `.timeout` would do, but the first keeps a
 * reference from a long-lived signal for every request, and the second ignores the injected clock.)
 *
 * @throws what `deadline.error` makes when time is over, the signal's reason when it aborts, or the task's error
 */
export async function withDeadline<T>(
  sleep: Sleep,
  deadline: Deadline,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  deadline.signal?.throwIfAborted();
  const running = new AbortController();
  const timer = new AbortController();
  const forward = () => running.abort(deadline.signal?.reason);
  deadline.signal?.addEventListener('abort', forward, { once: true });
  sleep(deadline.ms, timer.signal).then(
    () => running.abort(deadline.error()),
    () => undefined,
  );
  try {
    return await orAborted(task(running.signal), running.signal);
  } finally {
    timer.abort();
    deadline.signal?.removeEventListener('abort', forward);
  }
}
