import type { CategoryStore } from '#core/categories/category-store.ts';
import type { OpenSocket, RawFrame } from '#core/feed/feed-socket.ts';
import {
  type FeedControl,
  type FeedLease,
  type FeedReport,
  type FeedState,
  FeedStatus,
  type FeedStore,
} from '#core/feed/feed-state.ts';
import { contentHash } from '#core/json/content-hash.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import type { RejectedRecordRemover, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { type CatchUpDeps, type CatchUpTiming, createCatchUp } from './catch-up.ts';
import { type ConnectionTiming, openConnection } from './connection.ts';
import { createFrameCounter, type FeedMinute } from './count-frames.ts';
import { holdLease, type LeaseTiming, type Tenure, waitForLease } from './hold-lease.ts';
import { createObservations } from './order-observations.ts';
import { FrameRejections } from './reject-frames.ts';
import { createSession, type SessionTiming } from './session.ts';
import { type BufferLimits, createWriteBuffer } from './write-buffer.ts';
import { createUpdateWriter } from './write-updates.ts';

export type FeedOptions = {
  /** False: the settings allow no feed, whatever operators want. */
  readonly isEnabled: boolean;
  readonly maxAttempts: number;
  readonly ttlMs: number;
  readonly heartbeatMs: number;
};

/** Every duration that is not a setting, to be shortened by tests. */
export type FeedTiming = Omit<ConnectionTiming, 'heartbeatMs'> &
  SessionTiming &
  LeaseTiming & {
    readonly catchUp?: CatchUpTiming;
    /** How often the metrics are published. Default one minute. */
    readonly publishMs?: number;
    /** How long a shutdown may wait for what is still to be written. Default 14 s. */
    readonly drainMs?: number;
    /** How long it may then take to give the lease back. Default 3 s. */
    readonly releaseMs?: number;
  };

const TIMING = { publishMs: 60_000, drainMs: 14_000, releaseMs: 3_000 };

export type FeedDeps = {
  readonly openSocket: OpenSocket;
  readonly token: TokenSource;
  readonly store: FeedStore;
  readonly skills: Pick<SkillStore, 'put' | 'bury' | 'putFigures'>;
  readonly categories: Pick<CategoryStore, 'put'>;
  readonly rejected: RejectedRecordStore & RejectedRecordRemover;
  readonly runs: CatchUpDeps['runs'];
  /** Invokes the skill sync. */
  readonly invoke: CatchUpDeps['invoke'];
  /** Who this task is: another one for each. */
  readonly holder: string;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  /** Takes what a minute came to. */
  readonly publish: (
    minute: FeedMinute & { readonly connected: boolean; readonly disabled: boolean },
  ) => void;
  /** Called every second while the feed is alive. */
  readonly beat: () => void;
  readonly options: FeedOptions;
  readonly timing?: FeedTiming;
  readonly limits?: Partial<BufferLimits>;
};

/** The real-time feed of one task. */
export type Feed = {
  /** Runs until the signal aborts, and then shuts down in order: within 20 s at most. */
  run(signal: AbortSignal): Promise<void>;
};

/**
 * Puts the feed together: it waits for the lease, holds one connection while it has it, writes what comes, and asks
 * for a catch-up whenever a socket has been opened.
 */
export function createFeed(deps: FeedDeps): Feed {
  const { options, now, log } = deps;
  const timing = { ...TIMING, ...deps.timing };
  const parts = assemble(deps);
  const { session, counter, buffer, rejections, catchUp } = parts;
  let carried: Partial<FeedReport> = {};
  let publishedAt = now();
  let isHolding = false;

  const report = (): FeedReport => {
    const { reconnects: _counted, ...seen } = session.report();
    return {
      ...seen,
      ...counter.totals(),
      lastConnectedAt: seen.lastConnectedAt ?? carried.lastConnectedAt,
      disconnectReason: seen.disconnectReason ?? carried.disconnectReason,
      lastCatchUpAt: catchUp.lastStartedAt() ?? carried.lastCatchUpAt,
    };
  };
  const begin = ({ report: before, reportedAt, control }: FeedState) => {
    carried = before ?? {};
    counter.goOnFrom(before);
    catchUp.begin(reportedAt ?? 0);
    session.start(options.isEnabled && control.enabled);
  };
  const obey = (before: FeedControl, wish: FeedControl) => {
    if (!options.isEnabled) return;
    if (before.enabled && !wish.enabled) session.disable();
    if (!before.enabled && wish.enabled) session.enable();
    if (wish.reconnectRequestedAt !== before.reconnectRequestedAt) session.reconnect();
  };
  const takeOffice = (): Tenure => {
    let last: FeedControl | undefined;
    return {
      report,
      stateRead: (state) => {
        if (last === undefined) begin(state);
        else obey(last, state.control);
        last = state.control;
      },
    };
  };
  const tick = () => {
    deps.beat();
    const sinceMs = now() - publishedAt;
    if (sinceMs >= 0 && sinceMs < timing.publishMs) return;
    publishedAt = now();
    if (!isHolding) return;
    const { connected, status } = session.report();
    deps.publish({ ...counter.takeMinute(), connected, disabled: status === FeedStatus.disabled });
  };
  const leaseDeps = { ...deps, timing, tick };

  /** @returns the lease that was held when the signal aborted */
  const serve = async (signal: AbortSignal): Promise<FeedLease | undefined> => {
    for (;;) {
      const lease = await waitForLease(leaseDeps, signal);
      if (lease === undefined) return undefined;
      log.info('this task holds the feed', { holder: lease.holder, fence: lease.fence });
      isHolding = true;
      const outcome = await holdLease(leaseDeps, lease, takeOffice(), signal);
      if (outcome === 'stopped') return lease;
      isHolding = false;
      session.suspend('the lease was lost');
      log.error('the lease of the feed was lost; the socket is cut', { fence: lease.fence });
    }
  };
  const shutDown = async (lease: FeedLease | undefined) => {
    log.info('the feed shuts down', { waiting: buffer.size });
    catchUp.stop();
    await atMost(deps, timing.drainMs, Promise.all([session.stop(), buffer.drained(), rejections.idle()]));
    buffer.stop();
    rejections.stop();
    session.suspend('the task was stopped');
    if (buffer.size > 0) log.error('updates are left to the next catch-up', { unwritten: buffer.size });
    if (lease) await atMost(deps, timing.releaseMs, deps.store.release(lease, now(), report()));
  };

  return {
    run: async (signal) => {
      const lease = await serve(signal);
      await shutDown(lease);
    },
  };
}

/** The parts of a feed and what each tells the others. */
function assemble(deps: FeedDeps) {
  const { options, timing, now } = deps;
  const counter = createFrameCounter(deps.random);
  const rejections = new FrameRejections(deps);
  const catchUp = createCatchUp({ ...deps, timing: timing?.catchUp });
  const observations = createObservations();
  let arrivals = 0;
  const refuse = (id: string, reason: string) => {
    counter.rejected(now());
    rejections.reject(id, reason);
  };
  const buffer = createWriteBuffer({
    ...deps,
    write: createUpdateWriter({
      ...deps,
      ttlMs: options.ttlMs,
      observations,
      refuse,
      conflict: counter.conflict,
    }),
    refuse,
    setPaused: (isPaused) => session.setPaused(isPaused),
    settled: ({ since }) => counter.stored(Math.max(0, now() - since)),
  });
  const connectionDeps = { ...deps, timing: { ...timing, heartbeatMs: options.heartbeatMs } };
  const session = createSession({
    ...deps,
    maxAttempts: options.maxAttempts,
    connect: (token, events) => openConnection(connectionDeps, token, events),
    events: {
      opened: () => {
        if (session.report().reconnects > 0) counter.reconnected();
        observations.forgetAhead(now());
        catchUp.request();
      },
      update: (update, { bytes }) => {
        const observedAt = now();
        counter.message(update.type, observedAt);
        arrivals += 1;
        buffer.add({ update, observedAt, order: arrivals, bytes });
      },
      refused: (reason, frame) => refuse(fingerprint(frame), reason),
    },
  });
  return { session, counter, buffer, rejections, catchUp };
}

/** Names a frame that was refused: the same one has the same name. Of a binary frame only its length is known. */
function fingerprint({ text, isBinary, bytes }: RawFrame): string {
  return isBinary ? `binary-${bytes}` : contentHash(text);
}

/** Waits for it, but not for ever. That it failed changes nothing any more. */
async function atMost(
  { sleep, log }: Pick<FeedDeps, 'sleep' | 'log'>,
  ms: number,
  work: Promise<unknown>,
): Promise<void> {
  const timer = new AbortController();
  const done = work.catch((error: unknown) => {
    log.error('the feed could not shut down in order', {
      name: error instanceof Error ? error.name : 'unknown',
    });
  });
  await Promise.race([done, sleep(ms, timer.signal).catch(() => undefined)]);
  timer.abort();
}
