import { AtomSyncError, LeaseLostError, OutOfTimeError, StoppedError } from '#core/errors.ts';
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
  /** How often the job had been stopped when the run began. */
  readonly stops: number | undefined;
  readonly writeRecord: () => Promise<void>;
};

/**
 * Renews a lease by the clock, not by progress: a job that waits long for an answer is still alive. Ends the
 * work when the lease is lost, when it could not be renewed in time (then someone else may already have it),
 * when an admin stops the job, which each renewal asks, or when the invocation's time is nearly up.
 */
export function startHeartbeat(
  deps: HeartbeatDeps,
  { lease, leaseMs, stops, writeRecord }: HeartbeatOptions,
): Heartbeat {
  const work = new AbortController();
  const loop = new AbortController();
  let leaseUntil = deps.now() + leaseMs;
  let dirty = false;
  let lost: { error: unknown } | undefined;

  const renew = async () => {
    const now = deps.now();
    const leftMs = leaseUntil - now;
    // More than a whole lease is left where the clock was set back: to the others it is over then.
    if (leftMs <= leaseMs && leftMs > leaseMs - leaseMs / RENEWALS_PER_LEASE) return;
    leaseUntil = Math.min(leaseUntil, now + leaseMs);
    const override = await deps.jobs.renew(lease, now + leaseMs);
    leaseUntil = now + leaseMs;
    if (isStoppedSince(override, stops)) {
      work.abort(new StoppedError('An admin stopped this job while the run was under way.'));
    }
  };
  const write = async () => {
    if (!dirty) return;
    dirty = false;
    await writeRecord();
  };
  const tick = async () => {
    if (deps.remainingMs() < STOP_RESERVE_MS) {
      work.abort(new OutOfTimeError('The invocation ran out of time.'));
    }
    await renew();
    await write();
  };
  const fail = (error: unknown) => {
    const isLost = error instanceof LeaseLostError;
    if (!isLost && deps.now() < leaseUntil - leaseMs / RENEWALS_PER_LEASE) {
      deps.log.warn('heartbeat failed, trying again', { code: codeOf(error) });
      return;
    }
    lost = {
      error: isLost ? error : new LeaseLostError('The lease could not be renewed in time.', { cause: error }),
    };
    work.abort(lost.error);
    loop.abort();
  };
  const run = async () => {
    while (!loop.signal.aborted) {
      await deps.sleep(TICK_MS, loop.signal).catch(() => undefined);
      if (!loop.signal.aborted) await tick().catch(fail);
    }
  };
  const running = run();

  return {
    signal: work.signal,
    changed() {
      dirty = true;
    },
    lost: () => lost,
    async stop() {
      loop.abort();
      await running;
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof AtomSyncError ? error.code : 'unknown';
}
