import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { isEnded, JobId, type Run, RunStatus, RunTrigger, SkipReason } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { exponentialDelay } from '#core/time/backoff.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { isRecent } from '#core/time/wrong-clock.ts';
import type { FeedTiming } from './feed-timing.ts';
import { listRecentRuns, MAX_AT_ONCE, waitForTurn } from './pace-catch-ups.ts';

export type CatchUpDeps = {
  /** Invokes the skill sync and does not wait for it. */
  readonly invoke: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly runs: Pick<RunStore, 'get' | 'list'>;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly timing: Pick<
    FeedTiming,
    | 'runPollMs'
    | 'runStartsWithinMs'
    | 'runBlocksForMs'
    | 'invokeRetryMs'
    | 'longestInvokeRetryMs'
    | 'catchUpEveryMs'
    | 'freshSyncMs'
  >;
};

/**
 * Asks the skill sync for what was missed while no socket was open. A run that began before the socket was open may
 * have read a page that changed meanwhile; so when one is under way, another is asked for once it has ended. However
 * often it is requested meanwhile, one waits at most.
 *
 * Each is a full listing, so a socket that comes and goes must not have one for each time: of those that were asked for,
 * by this task or by one before, there are two in twice `catchUpEveryMs`. What is requested meanwhile is done then, never
 * dropped.
 *
 * A request goes `request` → `#work` → `#askOnce` → `#waitForTurn` → `#invoke` → `#pollRun`.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #stopped = new AbortController();
  #isWanted = false;
  #isWorking = false;
  #lastStartedAt: number | undefined;
  /** The runs that this task has asked for and that began, as far as is known: when. */
  readonly #asked = new Map<string, number>();
  /** See {@link begin}. Set for the first socket of a task alone. */
  #knownUntil: number | undefined;

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  /**
   * Says that this task begins, and until when there was a feed before it (ms since 1970). A sync that began after that
   * and has just succeeded replaces the catch-up of the first socket: a deployment starts one itself, and two in one
   * minute would take more than the marketplace allows. What changed between that sync and the socket is brought by the
   * next poll.
   */
  begin(knownUntil: number): void {
    this.#knownUntil = knownUntil;
  }

  /** A socket is open. */
  request(): void {
    // A socket that was lost again before its catch-up was asked for: no earlier sync replaces that.
    if (this.#isWanted) this.#knownUntil = undefined;
    this.#isWanted = true;
    if (!this.#isWorking && !this.#stopped.signal.aborted) void this.#work();
  }

  /** When the last one began (ms since 1970). */
  lastStartedAt(): number | undefined {
    return this.#lastStartedAt;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #work(): Promise<void> {
    const { log, sleep, timing } = this.#deps;
    const delay = exponentialDelay(timing.invokeRetryMs, timing.longestInvokeRetryMs);
    let failures = 0;
    this.#isWorking = true;
    while (this.#isWanted && !this.#stopped.signal.aborted) {
      try {
        await this.#askOnce();
        failures = 0;
      } catch (error) {
        this.#isWanted = true;
        if (this.#stopped.signal.aborted) break;
        failures += 1;
        const waitMs = delay(failures);
        log.warn('a catch-up could not be asked for', { code: describeFailure(error).code, waitMs });
        await sleep(waitMs, this.#stopped.signal).catch(() => undefined);
      }
    }
    // In the same tick as the check of what is wanted: a request after it starts the work again.
    this.#isWorking = false;
  }

  async #askOnce(): Promise<void> {
    const sync = await this.#findFreshSync();
    // A request while it was looked for says that a socket was lost since: then it does not count.
    const replacement = this.#knownUntil === undefined ? undefined : sync;
    if (replacement === undefined) await this.#waitForTurn();
    // From here on, whoever requests one may have been disconnected after the run has begun.
    this.#isWanted = false;
    this.#knownUntil = undefined;
    if (replacement === undefined) return this.#invoke();
    this.#lastStartedAt = replacement.startedAt;
    this.#deps.log.info('a sync has just succeeded: it is as good as a catch-up', {
      runId: replacement.runId,
    });
  }

  /** A sync that replaces the catch-up of a task's first socket. */
  async #findFreshSync(): Promise<Run | undefined> {
    const since = this.#knownUntil;
    if (since === undefined) return undefined;
    const { now, timing } = this.#deps;
    const ended = await listRecentRuns(this.#deps, { job: JobId.skillSync, status: RunStatus.success });
    return ended.find(
      ({ startedAt, endedAt }) => startedAt > since && isRecent(endedAt ?? 0, now(), timing.freshSyncMs),
    );
  }

  /** Waits while there were as many listings lately as there may be. */
  async #waitForTurn(): Promise<void> {
    const { sleep, log, timing } = this.#deps;
    for (;;) {
      const waitMs = await waitForTurn(this.#deps, this.#asked, MAX_AT_ONCE * timing.catchUpEveryMs);
      if (waitMs === 0) return;
      log.info('a catch-up waits for its turn', { waitMs });
      await sleep(waitMs, this.#stopped.signal);
    }
  }

  async #invoke(): Promise<void> {
    const { now, random, log, timing } = this.#deps;
    const runId = newRunId(now(), random);
    await this.#deps.invoke({ trigger: RunTrigger.catchUp, run_id: runId });
    this.#asked.set(runId, now());
    const run = await this.#pollRun(runId, timing.runStartsWithinMs, (record) => record !== undefined);
    log.info('a catch-up was asked for', { runId, status: run?.status, skipReason: run?.skipReason });
    if (run?.skipReason === undefined) {
      this.#lastStartedAt = run?.startedAt ?? now();
      return;
    }
    this.#asked.delete(runId);
    // Any other reason will not pass by asking again: an admin stopped the job, say.
    if (run.skipReason === SkipReason.alreadyRunning) await this.#waitWhileBlocked(run.blockedBy);
  }

  /** Another run is under way: waits for its end, and leaves the catch-up wanted. */
  async #waitWhileBlocked(blockedBy: string | undefined): Promise<void> {
    const { sleep, timing } = this.#deps;
    this.#isWanted = true;
    if (blockedBy === undefined) return sleep(timing.runPollMs, this.#stopped.signal);
    await this.#pollRun(blockedBy, timing.runBlocksForMs, (run) => run === undefined || isEnded(run));
  }

  /** Reads a run's record until it is as wanted, or the time is over. @returns the last record that was read */
  async #pollRun(
    runId: string,
    withinMs: number,
    isAsWanted: (run: Run | undefined) => boolean,
  ): Promise<Run | undefined> {
    const { sleep, runs, now, log, timing } = this.#deps;
    let run: Run | undefined;
    for (let waitedMs = 0; waitedMs < withinMs; waitedMs += timing.runPollMs) {
      await sleep(timing.runPollMs, this.#stopped.signal);
      try {
        run = await runs.get(runId, now());
        if (isAsWanted(run)) break;
      } catch (error) {
        log.warn('the catch-up can not look at a run', { runId, code: describeFailure(error).code });
      }
    }
    return run;
  }
}
