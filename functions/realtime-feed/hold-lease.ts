import { describeFailure, LeaseLostError } from '#core/errors.ts';
import {
  FEED_LEASE_MS,
  type FeedLease,
  type FeedReport,
  type FeedState,
  type FeedStore,
} from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { Now, Sleep } from '#core/time/clock.ts';

export type LeaseTiming = {
  /** How long the feed is ours without a renewal. Default 30 s. */
  readonly leaseMs?: number;
  /** It is renewed at least so often. Default 10 s. */
  readonly renewMs?: number;
  /** A report that has changed is written at most so often. Default 5 s. */
  readonly reportMs?: number;
  /** What operators want is read so often. Default 4 s, so that it is obeyed within 10 s. */
  readonly controlMs?: number;
  /** How often the clock is looked at. Default 1 s. */
  readonly tickMs?: number;
  /** How often a task that waits asks for the lease. Default 3 s. */
  readonly acquireMs?: number;
};

const TIMING = {
  leaseMs: FEED_LEASE_MS,
  renewMs: 10_000,
  reportMs: 5_000,
  controlMs: 4_000,
  tickMs: 1_000,
  acquireMs: 3_000,
};
/** The socket is cut so long before the lease ends, so that nobody else can be connected by then. */
const MARGIN_MS = 5_000;

export type LeaseDeps = {
  readonly store: Pick<FeedStore, 'acquire' | 'read' | 'renew'>;
  /** Who we are: another one for each task. */
  readonly holder: string;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly timing?: LeaseTiming;
  /** Called at each look at the clock, with the lease or without. */
  readonly tick: () => void;
};

/** What the holder of the lease does with it. */
export type Tenure = {
  /** The state as it is stored: the first time, and at each look at what operators want. */
  stateRead(state: FeedState): void;
  report(): FeedReport;
};

/**
 * Waits until the feed is ours.
 *
 * @returns undefined when the signal aborts first
 */
export async function waitForLease(deps: LeaseDeps, signal: AbortSignal): Promise<FeedLease | undefined> {
  const { leaseMs, acquireMs } = { ...TIMING, ...deps.timing };
  let isWaiting = false;
  while (!signal.aborted) {
    deps.tick();
    const asked = deps.store.acquire(deps.holder, deps.now(), leaseMs);
    const acquired = await inTime(deps, asked, leaseMs - MARGIN_MS, signal);
    if (acquired.value !== undefined) return acquired.value;
    if (!acquired.failed && !isWaiting) deps.log.info('another task holds the feed; waiting for it');
    isWaiting ||= !acquired.failed;
    await deps.sleep(acquireMs, signal).catch(() => undefined);
  }
  return undefined;
}

/**
 * Holds the feed: renews the lease by the clock, writes what is to be reported, and reads what operators want.
 *
 * @returns `lost` when somebody else has the lease or may have it, `stopped` when the signal aborts
 */
export async function holdLease(
  deps: LeaseDeps,
  lease: FeedLease,
  tenure: Tenure,
  signal: AbortSignal,
): Promise<'lost' | 'stopped'> {
  const { leaseMs, renewMs, reportMs, controlMs, tickMs } = { ...TIMING, ...deps.timing };
  const { now } = deps;
  const held = { renewedAt: now(), readAt: undefined as number | undefined, report: '', reportedAt: 0 };
  const longestMs = leaseMs - MARGIN_MS;
  // A clock that was set back must not make a call be waited for as long as it was ahead.
  const patienceMs = () => Math.min(longestMs, Math.max(0, held.renewedAt + longestMs - now()));

  const readControl = async () => {
    if (held.readAt !== undefined && !isDue(now(), held.readAt, controlMs)) return;
    const { value } = await inTime(deps, deps.store.read(), patienceMs(), signal);
    if (value === undefined) return;
    held.readAt = now();
    tenure.stateRead(value);
  };
  const renew = async () => {
    if (held.readAt === undefined) return;
    const report = tenure.report();
    const text = JSON.stringify(report);
    const isNews = text !== held.report && isDue(now(), held.reportedAt, reportMs);
    if (!isNews && !isDue(now(), held.renewedAt, renewMs)) return;
    const startedAt = now();
    const renewal = deps.store.renew(lease, startedAt, leaseMs, text === held.report ? undefined : report);
    const { failed } = await inTime(deps, renewal.then(isDone), patienceMs(), signal);
    if (failed) return;
    held.renewedAt = startedAt;
    if (text !== held.report) held.reportedAt = startedAt;
    held.report = text;
  };

  while (!signal.aborted) {
    deps.tick();
    try {
      await readControl();
      if (!signal.aborted) await renew();
    } catch (error) {
      if (error instanceof LeaseLostError) return 'lost';
      throw error;
    }
    if (isDue(now(), held.renewedAt, longestMs)) {
      deps.log.error('the lease of the feed could not be renewed in time');
      return 'lost';
    }
    await deps.sleep(tickMs, signal).catch(() => undefined);
  }
  return 'stopped';
}

/** Whether so much time has passed; a clock that was set back counts as if it had. */
function isDue(nowMs: number, sinceMs: number, intervalMs: number): boolean {
  return nowMs - sinceMs >= intervalMs || nowMs < sinceMs;
}

/**
 * The outcome of a call to the table, or that it failed, took too long, or that we are stopped. What comes later is
 * not waited for.
 *
 * @throws LeaseLostError
 */
async function inTime<T>(
  { sleep, log }: Pick<LeaseDeps, 'sleep' | 'log'>,
  call: Promise<T>,
  ms: number,
  signal: AbortSignal,
): Promise<
  { readonly failed: false; readonly value: T } | { readonly failed: true; readonly value?: never }
> {
  const timer = new AbortController();
  const stop = () => timer.abort();
  signal.addEventListener('abort', stop, { once: true });
  const tooLate = sleep(ms, timer.signal).then(
    () => ({ failed: true }) as const,
    () => ({ failed: true }) as const,
  );
  try {
    return await Promise.race([call.then((value) => ({ failed: false, value }) as const), tooLate]);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    log.warn('the state of the feed can not be had', { code: describeFailure(error).code });
    return { failed: true };
  } finally {
    timer.abort();
    signal.removeEventListener('abort', stop);
  }
}

function isDone(): true {
  return true;
}
