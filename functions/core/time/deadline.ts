import type { Sleep } from './clock.ts';

export type Deadline = {
  /** Milliseconds. */
  readonly ms: number;
  /** Makes the error that the task fails with when its time is over. */
  readonly error: () => Error;
  /** Ends the wait early, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/** A reason that is there already: without one each task would cost an exception with its stack. */
const IN_TIME = 'in time';

/**
 * Runs a task under a signal that aborts after `ms` milliseconds or with the caller's signal. A task that does not
 * listen to its signal is left behind: it may go on, and its outcome is ignored. The timer and the listeners are gone
 * when this returns. (`AbortSignal.any` and `.timeout` would do, but the first keeps a reference from a long-lived
 * signal for every call, and the second ignores the injected clock.)
 *
 * @param sleep the timer; has to reject when its signal aborts
 * @throws what `deadline.error` makes when time is over, the signal's reason when it aborts, or the task's error
 * @example
 * const state = await withDeadline(sleep, { ms: 1_500, error: () => new StorageError('late') }, () => store.read());
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
    timer.abort(IN_TIME);
    deadline.signal?.removeEventListener('abort', forward);
  }
}

/**
 * The promise's outcome, or a rejection with the signal's reason when that comes first. For work that can not be
 * aborted itself: it goes on, and its outcome is ignored.
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
