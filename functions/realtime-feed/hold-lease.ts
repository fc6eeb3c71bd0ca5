import { describeFailure, LeaseLostError, StorageError } from '#core/errors.ts';
import type { FeedLease, FeedReport, FeedState, FeedStore } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { withDeadline } from '#core/time/deadline.ts';
import type { FeedTiming } from './feed-timing.ts';

export type LeaseDeps = {
  readonly store: Pick<FeedStore, 'acquire' | 'read' | 'renew'>;
  /** Who we are: another one for each task. */
  readonly holder: string;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly timing: Pick<
    FeedTiming,
    'leaseMs' | 'leaseMarginMs' | 'renewMs' | 'reportMs' | 'controlMs' | 'tickMs' | 'acquireMs'
  >;
  /** Called each time the loop checks what is due, with the lease or without. */
  readonly tick: () => void;
};

/** What the holder of the lease does with it. */
export type LeaseCallbacks = {
  /** The state as it is stored: once at the beginning, then each time an operator's wishes are read. */
  stateRead(state: FeedState): void;
  report(): FeedReport;
};

/**
 * Waits until the feed is ours.
 *
 * @returns undefined when the signal aborts first
 */
export async function waitForLease(deps: LeaseDeps, signal: AbortSignal): Promise<FeedLease | undefined> {
  const { store, holder, now, sleep, log, timing } = deps;
  const longestMs = timing.leaseMs - timing.leaseMarginMs;
  let isWaiting = false;
  while (!signal.aborted) {
    deps.tick();
    const call = () => store.acquire(holder, now(), timing.leaseMs);
    const asked = await inTime(deps, { ms: longestMs, signal }, call);
    if (asked.ok && asked.value !== undefined) return asked.value;
    if (asked.ok && !isWaiting) log.info('another task holds the feed; waiting for it');
    isWaiting ||= asked.ok;
    await sleep(timing.acquireMs, signal).catch(() => undefined);
  }
  return undefined;
}

/**
 * Holds the feed: renews the lease by the clock, writes what is to be reported, and reads what operators want.
 *
 * @returns `lost` when somebody else has the lease or may have it, `stopped` when the signal aborts
 */
export function holdLease(
  deps: LeaseDeps,
  lease: FeedLease,
  callbacks: LeaseCallbacks,
  signal: AbortSignal,
): Promise<'lost' | 'stopped'> {
  return new HeldLease(deps, lease, callbacks, signal).run();
}

class HeldLease {
  readonly #deps: LeaseDeps;
  readonly #lease: FeedLease;
  readonly #callbacks: LeaseCallbacks;
  readonly #signal: AbortSignal;
  /** How long the lease is relied on without a renewal. */
  readonly #longestMs: number;
  #renewedAt: number;
  /** When the state was read last; nothing is reported before. */
  #readAt: number | undefined;
  /** The last report that was written. */
  #reported = '';
  #reportedAt = 0;

  constructor(deps: LeaseDeps, lease: FeedLease, callbacks: LeaseCallbacks, signal: AbortSignal) {
    this.#deps = deps;
    this.#lease = lease;
    this.#callbacks = callbacks;
    this.#signal = signal;
    this.#longestMs = deps.timing.leaseMs - deps.timing.leaseMarginMs;
    this.#renewedAt = deps.now();
  }

  async run(): Promise<'lost' | 'stopped'> {
    const { tick, sleep, timing, log } = this.#deps;
    while (!this.#signal.aborted) {
      tick();
      try {
        await this.#readControl();
        if (!this.#signal.aborted) await this.#renew();
      } catch (error) {
        if (error instanceof LeaseLostError) return 'lost';
        throw error;
      }
      if (this.#isDue(this.#renewedAt, this.#longestMs)) {
        log.error('the lease of the feed could not be renewed in time');
        return 'lost';
      }
      await sleep(timing.tickMs, this.#signal).catch(() => undefined);
    }
    return 'stopped';
  }

  async #readControl(): Promise<void> {
    const { store, now, timing } = this.#deps;
    if (this.#readAt !== undefined && !this.#isDue(this.#readAt, timing.controlMs)) return;
    const read = await this.#inTime(() => store.read());
    if (!read.ok) return;
    this.#readAt = now();
    this.#callbacks.stateRead(read.value);
  }

  /** Renews the lease when that is due, or when there is something new to report. @throws LeaseLostError */
  async #renew(): Promise<void> {
    if (this.#readAt === undefined) return;
    const { store, now, timing } = this.#deps;
    const report = this.#callbacks.report();
    const text = JSON.stringify(report);
    const hasChanged = text !== this.#reported;
    const isNews = hasChanged && this.#isDue(this.#reportedAt, timing.reportMs);
    if (!isNews && !this.#isDue(this.#renewedAt, timing.renewMs)) return;
    const startedAt = now();
    const renewed = await this.#inTime(() =>
      store.renew(this.#lease, startedAt, timing.leaseMs, hasChanged ? report : undefined),
    );
    if (!renewed.ok) return;
    this.#renewedAt = startedAt;
    if (hasChanged) this.#reportedAt = startedAt;
    this.#reported = text;
  }

  /** For as long as the lease is relied on, however far a clock that was set back was ahead. */
  #inTime<T>(call: () => Promise<T>): Promise<Outcome<T>> {
    const leftMs = Math.max(0, this.#renewedAt + this.#longestMs - this.#deps.now());
    return inTime(this.#deps, { ms: Math.min(this.#longestMs, leftMs), signal: this.#signal }, call);
  }

  /** Whether so much time has passed; a clock that was set back counts as if it had. */
  #isDue(sinceMs: number, intervalMs: number): boolean {
    const nowMs = this.#deps.now();
    return nowMs - sinceMs >= intervalMs || nowMs < sinceMs;
  }
}

/** What a call came to; `ok` is false when it failed, took too long, or was cut short by the signal. */
type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/**
 * Calls the table, and gives up after a time. What comes later is not waited for.
 *
 * @throws LeaseLostError
 */
async function inTime<T>(
  { sleep, log }: Pick<LeaseDeps, 'sleep' | 'log'>,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  call: () => Promise<T>,
): Promise<Outcome<T>> {
  const error = () => new StorageError('The table did not answer while the lease of the feed lasted.');
  try {
    return { ok: true, value: await withDeadline(sleep, { ms, signal, error }, call) };
  } catch (failure) {
    if (failure instanceof LeaseLostError) throw failure;
    const { code } = describeFailure(failure);
    if (!signal.aborted) log.warn('the state of the feed can not be had', { code });
    return { ok: false };
  }
}
