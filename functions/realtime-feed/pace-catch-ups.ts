import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { JobId, type Run, RunStatus, RunTrigger } from '#core/runs/run.ts';
import type { RunFilter, RunStore } from '#core/runs/run-store.ts';
import type { Now } from '#core/time/clock.ts';
import { isFromWrongClock, isRecent } from '#core/time/wrong-clock.ts';

/** Catch-ups that may follow each other at once: the one of a start, and the one after a short loss. */
export const MAX_AT_ONCE = 2;

/** Runs looked at: those of the time that matters are among the newest. */
const PAGE = 20;
/** Pages that may hold nothing but runs of a clock that was ahead, which stand before all others. */
const MAX_PAGES = 10;

export type PaceDeps = { readonly runs: Pick<RunStore, 'list'>; readonly now: Now; readonly log: Log };

/**
 * The newest runs, without those that a clock which was ahead has put before them.
 *
 * @throws StorageError
 */
export async function listRecentRuns({ runs, now }: PaceDeps, filter: RunFilter): Promise<readonly Run[]> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, cursor: next } = await runs.list(filter, PAGE, cursor, now());
    const believed = items.filter(({ startedAt }) => !isFromWrongClock(startedAt, now(), 0));
    if (believed.length > 0 || next === undefined) return believed;
    cursor = next;
  }
  return [];
}

/**
 * How long to wait until another catch-up may begin: 0 while fewer than {@link MAX_AT_ONCE} have begun within the window.
 * Those of tasks before this one count, by their records, so that a task which starts again and again is held back, too.
 * Where the records can't be read, what this task has asked for decides.
 *
 * @param asked the runs that this task has asked for, and when; those that are too old to matter are forgotten
 */
export async function waitForTurn(
  deps: PaceDeps,
  asked: Map<string, number>,
  windowMs: number,
): Promise<number> {
  const starts = new Map(asked);
  for (const [runId, startedAt] of await recordedStarts(deps)) starts.set(runId, startedAt);
  const nowMs = deps.now();
  for (const [runId, at] of asked) if (!isRecent(at, nowMs, windowMs)) asked.delete(runId);
  const recent = [...starts.values()].filter((at) => isRecent(at, nowMs, windowMs)).sort((a, b) => b - a);
  const oldest = recent[MAX_AT_ONCE - 1];
  return oldest === undefined ? 0 : oldest + windowMs - nowMs;
}

/** When the catch-ups began that have a record. One that was skipped has listed nothing. */
async function recordedStarts(deps: PaceDeps): Promise<readonly (readonly [string, number])[]> {
  try {
    const runs = await listRecentRuns(deps, { job: JobId.skillSync });
    return runs
      .filter(({ trigger, status }) => trigger === RunTrigger.catchUp && status !== RunStatus.skipped)
      .map(({ runId, startedAt }) => [runId, startedAt] as const);
  } catch (error) {
    deps.log.warn('earlier catch-ups can not be looked at', { code: describeFailure(error).code });
    return [];
  }
}
