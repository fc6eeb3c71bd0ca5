import { errorName, OutOfTimeError } from '#core/errors.ts';
import {
  type FeedControl,
  type FeedLease,
  type FeedReport,
  type FeedState,
  FeedStatus,
} from '#core/feed/feed-state.ts';
import { withDeadline } from '#core/time/deadline.ts';
import { assembleFeed, type FeedParts } from './assemble-feed.ts';
import { FEED_TIMING, type FeedTiming } from './feed-timing.ts';
import { holdLease, type LeaseCallbacks, type LeaseDeps, waitForLease } from './hold-lease.ts';
import { logMinute } from './log-minute.ts';
import type { FeedDeps } from './ports.ts';

/** The real-time feed of one task. */
export type Feed = {
  /** Runs until the signal aborts, and then shuts down in order: within 17 s at most. */
  run(signal: AbortSignal): Promise<void>;
};

/**
 * Makes a feed: it waits for the lease, holds one connection while it has it, writes what comes, and asks for a catch-up
 * whenever a socket has been opened.
 */
export function createFeed(deps: FeedDeps): Feed {
  return new FeedTask(deps);
}

class FeedTask implements Feed {
  readonly #deps: FeedDeps;
  readonly #timing: FeedTiming;
  readonly #parts: FeedParts;
  /** What the task before has reported: it stands in for what this one does not know yet. */
  #inherited: Partial<FeedReport> = {};
  #publishedAt: number;
  #tickedAt: number;
  #isHolding = false;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#timing = { ...FEED_TIMING, ...deps.timing };
    this.#parts = assembleFeed(deps, this.#timing);
    this.#publishedAt = deps.now();
    this.#tickedAt = this.#publishedAt;
  }

  async run(signal: AbortSignal): Promise<void> {
    const lease = await this.#serve(signal);
    await this.#shutDown(lease);
  }

  /** @returns the lease that was held when the signal aborted */
  async #serve(signal: AbortSignal): Promise<FeedLease | undefined> {
    const { log } = this.#deps;
    const leaseDeps = this.#leaseDeps();
    for (;;) {
      const lease = await waitForLease(leaseDeps, signal);
      if (lease === undefined) return undefined;
      log.info('this task holds the feed', { holder: lease.holder, fence: lease.fence });
      this.#isHolding = true;
      const outcome = await holdLease(leaseDeps, lease, this.#leaseCallbacks(), signal);
      if (outcome === 'stopped') return lease;
      this.#isHolding = false;
      this.#parts.session.suspend('the lease was lost');
      // A stop that now comes is not seen here; and whoever has the feed next begins with a catch-up.
      this.#parts.gatherer.forget();
      log.error('the lease of the feed was lost; the socket is cut', { fence: lease.fence });
    }
  }

  #leaseDeps(): LeaseDeps {
    const { store, holder, now, sleep, log } = this.#deps;
    return { store, holder, now, sleep, log, timing: this.#timing, tick: () => this.#tick() };
  }

  /** For one lease: the first state that is read begins the session, each later one may hold a wish of an operator. */
  #leaseCallbacks(): LeaseCallbacks {
    let last: FeedControl | undefined;
    return {
      report: () => this.#report(),
      stateRead: (state) => {
        if (last === undefined) this.#begin(state);
        else this.#obey(last, state.control);
        last = state.control;
      },
    };
  }

  #begin({ report, reportedAt, control }: FeedState): void {
    const { counter, catchUp, gatherer, session } = this.#parts;
    this.#inherited = report ?? {};
    counter.continueFrom(report);
    gatherer.continueFrom(report);
    catchUp.begin(reportedAt ?? 0);
    session.start(this.#deps.options.isEnabled && control.enabled);
  }

  #obey(before: FeedControl, wish: FeedControl): void {
    if (!this.#deps.options.isEnabled) return;
    const { session, gatherer } = this.#parts;
    if (before.enabled && !wish.enabled) {
      session.disable();
      gatherer.forget();
    }
    if (!before.enabled && wish.enabled) session.enable();
    if (wish.reconnectRequestedAt !== before.reconnectRequestedAt) session.reconnect();
  }

  #report(): FeedReport {
    const { session, counter, catchUp, gatherer } = this.#parts;
    const seen = session.report();
    return {
      ...seen,
      ...counter.totals(),
      ...gatherer.report(),
      lastConnectedAt: seen.lastConnectedAt ?? this.#inherited.lastConnectedAt,
      disconnectReason: seen.disconnectReason ?? this.#inherited.disconnectReason,
      lastCatchUpAt: catchUp.lastStartedAt() ?? this.#inherited.lastCatchUpAt,
    };
  }

  #tick(): void {
    this.#deps.beat();
    this.#gather();
    const nowMs = this.#deps.now();
    this.#countFallback(nowMs);
    const sinceMs = nowMs - this.#publishedAt;
    if (sinceMs >= 0 && sinceMs < this.#timing.publishMs) return;
    this.#publishedAt = nowMs;
    // Whoever holds the lease or has just lost it: what it wrote is written. Two at once do no harm.
    void this.#deps.flushSearch?.();
    if (this.#isHolding) this.#publish();
  }

  /** A clock that jumps must not make hours of fallback out of a second. */
  #countFallback(nowMs: number): void {
    const { session, counter } = this.#parts;
    const sinceMs = Math.min(Math.max(0, nowMs - this.#tickedAt), this.#timing.publishMs);
    this.#tickedAt = nowMs;
    const { fallbackToPolling, status } = session.report();
    const isWanted = this.#isHolding && status !== FeedStatus.disabled;
    if (isWanted && fallbackToPolling) counter.fellBack(sinceMs);
  }

  /** What was held for long enough is written, unless a sync has stored it. */
  #gather(): void {
    const { gatherer, syncWatch } = this.#parts;
    gatherer.tick();
    if (gatherer.size > 0) void syncWatch.tick();
  }

  #publish(): void {
    const { session, counter } = this.#parts;
    const { connected, status } = session.report();
    const minute = counter.takeMinute();
    logMinute(this.#deps.log, minute);
    const disabled = status === FeedStatus.disabled || session.lacksToken();
    this.#deps.publish({ ...minute, connected, disabled });
  }

  /** Reads no more, writes what is buffered, closes the socket and then gives the lease back. */
  async #shutDown(lease: FeedLease | undefined): Promise<void> {
    const { log, store, now } = this.#deps;
    const { session, gatherer, buffer, rejections, catchUp } = this.#parts;
    log.info('the feed shuts down', { waiting: buffer.size, gathered: gatherer.size });
    catchUp.stop();
    await this.#atMost(this.#timing.drainMs, () => {
      const isClosed = session.stop();
      // Once nothing is read any more.
      gatherer.flush();
      return Promise.all([isClosed, buffer.drained(), rejections.idle()]);
    });
    buffer.stop();
    rejections.stop();
    session.suspend('the task was stopped');
    if (buffer.size > 0) log.error('updates are left to the next catch-up', { unwritten: buffer.size });
    if (lease === undefined) return;
    await this.#atMost(this.#timing.releaseMs, () => store.release(lease, now(), this.#report()));
  }

  /** Does a step of the shutdown. That it failed, or took too long, does not stop the next one. */
  async #atMost(ms: number, step: () => Promise<unknown>): Promise<void> {
    const { sleep, log } = this.#deps;
    const late = new OutOfTimeError('A step of the shutdown took too long.');
    try {
      await withDeadline(sleep, { ms, error: () => late }, step);
    } catch (error) {
      if (error !== late) log.error('the feed could not shut down in order', { name: errorName(error) });
    }
  }
}
