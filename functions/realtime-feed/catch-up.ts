import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { isEnded, JobId, type Run, RunStatus, RunTrigger, SkipReason } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { isRecent } from '#core/time/wrong-clock.ts';
import { AT_ONCE, listRecentRuns, waitForTurn } from './pace-catch-ups.ts';

export type CatchUpTiming = {
  /** How often a run's record is looked at. Default 5 s. */
  readonly lookMs?: number;
  /** How long a run that was asked for may take until it has a record. Default 2 minutes. */
  readonly startsWithinMs?: number;
  /** How long a run may be in the way. Default 20 minutes; no invocation lasts that long. */
  readonly blocksForMs?: number;
  /** The first wait after Lambda could not be asked; it doubles up to 5 minutes. Default 15 s. */
  readonly retryMs?: number;
  /** One in so much time on the average, though two may follow each other at once. Default 5 minutes. */
  readonly everyMs?: number;
};

const TIMING = {
  lookMs: 5_000,
  startsWithinMs: 120_000,
  blocksForMs: 1_200_000,
  retryMs: 15_000,
  everyMs: 300_000,
};
const LONGEST_RETRY_MS = 300_000;
/** A skill sync that ended this long ago at most stands in for the catch-up of a task that begins. */
const FRESH_MS = 120_000;

export type CatchUpDeps = {
  /** Invokes the skill sync and does not wait for it. */
  readonly invoke: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly runs: Pick<RunStore, 'get' | 'list'>;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly timing?: CatchUpTiming;
};

/**
 * Asks the skill sync for what was missed while no socket was open. A run that began before the socket was open may
 * have read a page that changed meanwhile; so when one is under way, another is asked for once it has ended. However
 * often it is asked meanwhile, one waits at most.
 *
 * Each is a full listing, so a socket that comes and goes must not have one for each time: of those that were asked for,
 * by this task or by one before, there are two in twice `everyMs`. What is wanted meanwhile is done then, never dropped.
 */
export type CatchUp = {
  /**
   * Says that this task begins, and until when the feed is known to have been had before it (ms since 1970). A sync
   * that began after that and has just succeeded is as good as the catch-up of the first socket: a deployment starts
   * one itself, and two in one minute would take more than the marketplace allows. What changed between that sync
   * and the socket is brought by the next poll.
   */
  begin(knownUntil: number): void;
  request(): void;
  /** When the last one began (ms since 1970). */
  lastStartedAt(): number | undefined;
  stop(): void;
};

/** Makes a catch-up that nobody has asked for yet. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { now, sleep, log } = deps;
  const timing = { ...TIMING, ...deps.timing };
  const life = new AbortController();
  let isWanted = false;
  let isWorking = false;
  let lastStartedAt: number | undefined;
  /** The runs that this task has asked for and that began, as far as is known: when. */
  const asked = new Map<string, number>();
  /** Set for the first socket of a task alone. */
  let knownUntil: number | undefined;

  /** A sync that stands in for the catch-up. */
  const freshSync = async (since: number): Promise<Run | undefined> => {
    const ended = await listRecentRuns(deps, { job: JobId.skillSync, status: RunStatus.success });
    return ended.find((run) => run.startedAt > since && isRecent(run.endedAt ?? 0, now(), FRESH_MS));
  };
  /** Waits while there were as many listings lately as there may be. */
  const turn = async () => {
    const windowMs = AT_ONCE * timing.everyMs;
    for (;;) {
      const waitMs = await waitForTurn(deps, asked, windowMs);
      if (waitMs === 0) return;
      log.info('a catch-up waits for its turn', { waitMs });
      await sleep(waitMs, life.signal);
    }
  };
  const askOnce = async () => {
    const fresh = knownUntil === undefined ? undefined : await freshSync(knownUntil);
    // Forgotten while it was looked for: a socket that was lost already asked in earnest.
    const standsIn = knownUntil === undefined ? undefined : fresh;
    if (!standsIn) await turn();
    const runId = newRunId(now(), deps.random);
    // From here on, whoever asks may have been disconnected after the run has begun.
    isWanted = false;
    knownUntil = undefined;
    if (standsIn) {
      log.info('a sync has just succeeded: it is as good as a catch-up', { runId: standsIn.runId });
      lastStartedAt = standsIn.startedAt;
      return;
    }
    await deps.invoke({ trigger: RunTrigger.catchUp, run_id: runId });
    asked.set(runId, now());
    const run = await look(runId, timing.startsWithinMs, (record) => record !== undefined);
    log.info('a catch-up was asked for', { runId, status: run?.status, skipReason: run?.skipReason });
    if (run?.skipReason === undefined) {
      lastStartedAt = run?.startedAt ?? now();
      return;
    }
    asked.delete(runId);
    if (run.skipReason !== SkipReason.alreadyRunning) return;
    isWanted = true;
    const { blockedBy } = run;
    if (blockedBy === undefined) await sleep(timing.lookMs, life.signal);
    else await look(blockedBy, timing.blocksForMs, (record) => record === undefined || isEnded(record));
  };
  /** Looks at a run until it is as wanted or the time is over. */
  const look = async (runId: string, withinMs: number, isSuch: (run: Run | undefined) => boolean) => {
    let run: Run | undefined;
    for (let waitedMs = 0; waitedMs < withinMs; waitedMs += timing.lookMs) {
      await sleep(timing.lookMs, life.signal);
      try {
        run = await deps.runs.get(runId, now());
        if (isSuch(run)) break;
      } catch (error) {
        log.warn('the catch-up can not look at a run', { runId, code: describeFailure(error).code });
      }
    }
    return run;
  };
  const work = async () => {
    let failures = 0;
    isWorking = true;
    while (isWanted && !life.signal.aborted) {
      try {
        await askOnce();
        failures = 0;
      } catch (error) {
        isWanted = true;
        if (life.signal.aborted) break;
        const waitMs = Math.min(LONGEST_RETRY_MS, timing.retryMs * 2 ** failures);
        failures += 1;
        log.warn('a catch-up could not be asked for', { code: describeFailure(error).code, waitMs });
        await sleep(waitMs, life.signal).catch(() => undefined);
      }
    }
    // In the same breath as the look at what is wanted: whoever asks after it has to start anew.
    isWorking = false;
  };

  return {
    begin: (until) => {
      knownUntil = until;
    },
    request: () => {
      if (isWanted) knownUntil = undefined;
      isWanted = true;
      if (!isWorking && !life.signal.aborted) void work();
    },
    lastStartedAt: () => lastStartedAt,
    stop: () => life.abort(),
  };
}
