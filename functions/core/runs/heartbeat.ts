import { CancelledError, errorCode, LeaseLostError, OutOfTimeError, StoppedError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import type { JobStore, Lease } from './job-store.ts';
import { isStoppedSince } from './lease.ts';

/** How often the loop looks at the clock and writes what changed. */
const TICK_MS = 1_000;
/** How often the lease is renewed: three times in its life. */
const RENEWALS_PER_LEASE = 3;
/** Below this much time left the work is stopped, so that cursor and record are still written. */
const STOP_RESERVE_MS = 8_000;

export type Heartbeat = {
  /** Aborts when the lease is lost, the job is stopped, or time is nearly up. */
  readonly signal: AbortSignal;
  /** Says that the record changed, so that the next tick writes it. */
  changed(): void;
  /** The loss of the lease, if that is what happened. */
  lost(): { readonly error: unknown } | undefined;
  /**
   * Holds the lease for so long, in which the work may keep the process from beating, and does that work. Its life after
   * that is as long as ever.
   *
   * @throws LeaseLostError, StorageError before the work begins; whatever the work throws
   */
  hold<T>(ms: number, work: () => T): Promise<T>;
  stop(): Promise<void>;
};

type HeartbeatDeps = {
  readonly jobs: JobStore;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly remainingMs: () => number;
};

export type HeartbeatOptions = {
  readonly lease: Lease;
  readonly leaseMs: number;
  /** The run's job, whose stops end it: it may run under a lease that several jobs share. */
  readonly job: string;
  /** How often the job had been stopped when the run began. */
  readonly stops: number | undefined;
  readonly writeRecord: () => Promise<void>;
};

/**
 * Renews a lease by the clock, not by progress: a job that waits long for an answer is still alive. Ends the
 * work when the lease is lost, when it could not be renewed in time (then someone else may already have it),
 * when an admin stops the job, which each renewal asks, or when the invocation's time is nearly up.
 */
export function startHeartbeat(deps: HeartbeatDeps, options: HeartbeatOptions): Heartbeat {
  return new LeaseHeartbeat(deps, options);
}

/** What a run ends with that an operator cancelled. */
export function runCancelled(): CancelledError {
  return new CancelledError('An operator cancelled the run. What it had done by then is kept.');
}

class LeaseHeartbeat implements Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #options: HeartbeatOptions;
  readonly #work = new AbortController();
  readonly #loop = new AbortController();
  readonly #running: Promise<void>;
  #leaseUntil: number;
  #hasChanged = false;
  #lost: { readonly error: unknown } | undefined;
  #beat: Promise<void> = Promise.resolve();
  #isHeld = false;

  constructor(deps: HeartbeatDeps, options: HeartbeatOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#leaseUntil = deps.now() + options.leaseMs;
    this.#running = this.#run();
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  changed(): void {
    this.#hasChanged = true;
  }

  lost(): { readonly error: unknown } | undefined {
    return this.#lost;
  }

  async hold<T>(ms: number, work: () => T): Promise<T> {
    this.#isHeld = true;
    try {
      // A renewal that is on its way would end the lease earlier.
      await this.#beat;
      this.#work.signal.throwIfAborted();
      const until = this.#deps.now() + ms;
      await this.#deps.jobs.renew(this.#options.lease, until);
      this.#leaseUntil = until;
      return work();
    } finally {
      this.#isHeld = false;
    }
  }

  async stop(): Promise<void> {
    this.#loop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#loop;
    while (!signal.aborted) {
      await this.#deps.sleep(TICK_MS, signal).catch(() => undefined);
      if (signal.aborted || this.#isHeld) continue;
      this.#beat = this.#tick().catch((error: unknown) => this.#fail(error));
      await this.#beat;
    }
  }

  async #tick(): Promise<void> {
    if (this.#deps.remainingMs() < STOP_RESERVE_MS) {
      this.#work.abort(new OutOfTimeError('The invocation ran out of time.'));
    }
    await this.#renewIfDue();
    await this.#writeIfChanged();
  }

  async #renewIfDue(): Promise<void> {
    const { jobs, now } = this.#deps;
    const { lease, leaseMs, job, stops } = this.#options;
    const nowMs = now();
    const leftMs = this.#leaseUntil - nowMs;
    // More than a whole lease is left after it was held for longer, or where the clock was set back: to the others it is
    // over then.
    if (leftMs <= leaseMs && leftMs > leaseMs - leaseMs / RENEWALS_PER_LEASE) return;
    this.#leaseUntil = Math.min(this.#leaseUntil, nowMs + leaseMs);
    const ofLease = await jobs.renew(lease, nowMs + leaseMs);
    this.#leaseUntil = nowMs + leaseMs;
    if (ofLease?.cancelledRunId === lease.runId) this.#work.abort(runCancelled());
    const override = lease.job === job ? ofLease : (await jobs.state(job)).override;
    if (isStoppedSince(override, stops)) {
      this.#work.abort(new StoppedError('An admin stopped this job while the run was under way.'));
    }
  }

  async #writeIfChanged(): Promise<void> {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    await this.#options.writeRecord();
  }

  /** While more than a third of the lease is left there is time for another try; after that it counts as lost. */
  #fail(error: unknown): void {
    const { now, log } = this.#deps;
    const isLost = error instanceof LeaseLostError;
    if (!isLost && now() < this.#leaseUntil - this.#options.leaseMs / RENEWALS_PER_LEASE) {
      log.warn('heartbeat failed, trying again', { code: errorCode(error) });
      return;
    }
    const loss = isLost
      ? error
      : new LeaseLostError('The lease could not be renewed in time.', { cause: error });
    this.#lost = { error: loss };
    this.#work.abort(loss);
    this.#loop.abort();
  }
}
