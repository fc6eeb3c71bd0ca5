import { AtomSyncError } from '#core/errors.ts';
import { RUN_RETENTION_MS } from '#core/runs/end-run.ts';
import { isEnded, type JobId, type Run, RunTrigger, SkipReason, skippedRun } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { ApiError, unavailable } from '#functions/admin-api/http/errors.ts';
import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import type { Services, StartRun } from '#functions/admin-api/ports.ts';
import { durationSeconds } from '#functions/admin-api/present/present-run.ts';
import { runningRunId } from '#functions/admin-api/present/present-status.ts';

/** How long a caller is kept waiting for the result. API Gateway gives up after 30 s. */
const RESULT_WAIT_MS = 20_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 500;

/** A job that can be started by hand and waited for. */
export type SyncJob = {
  readonly job: JobId;
  /** As it is called in a sentence: `skill sync`. */
  readonly name: string;
  readonly unit: string;
  readonly start: StartRun;
  /** What the answer tells of a run that ended well. */
  readonly summary: (counts: Run['counts']) => Readonly<Record<string, unknown>>;
};

/**
 * Starts a sync in an invocation of its own and waits a while for its end.
 *
 * @returns 200 with what it did, or 202 when it is not done within 20 seconds
 * @throws ApiError `sync_already_in_progress`, `sync_disabled` (409), `sync_failed`
 *   (502), `sync_not_started` (502, or 503 where asking again can help)
 */
export async function startSync(services: Services, sync: SyncJob): Promise<RouteResponse> {
  const startedAt = services.now();
  const id = newRunId(startedAt, services.random);
  const running = runningRunId(await services.jobs.state(sync.job), startedAt);
  if (running !== undefined) {
    await recordSkipped(services, sync, id, running);
    throw alreadyInProgress(sync, running);
  }
  await sync.start({ trigger: 'manual', run_id: id }).catch((error: unknown) => {
    throw notStarted(sync, id, error);
  });
  return answerFor(sync, id, await waitForEnd(services, id, startedAt + RESULT_WAIT_MS));
}

/** Reads the record with growing pauses until the run has ended; undefined when time is up before. */
async function waitForEnd(services: Services, id: string, deadline: number): Promise<Run | undefined> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    const left = deadline - services.now();
    if (left <= 0) return undefined;
    await services.sleep(Math.min(waitMs, left));
    const run = await readRun(services, id);
    if (run && isEnded(run)) return run;
  }
}

/** The run is under way: that its record can't be read now must not look as if it had not been started. */
async function readRun({ runs, now, log }: Services, id: string): Promise<Run | undefined> {
  try {
    return await runs.get(id, now());
  } catch (error) {
    log.warn('a run could not be read', { run_id: id, error });
    return undefined;
  }
}

function answerFor(sync: SyncJob, id: string, run: Run | undefined): RouteResponse {
  if (run === undefined) {
    const headers = { location: `/api/admin/sync/runs/${id}` };
    return { status: 202, headers, body: { success: true, run_id: id, status: 'running' } };
  }
  if (run.status === 'failed') throw failed(sync, run);
  if (run.status === 'skipped') throw skipped(sync, run);
  const body = {
    success: true,
    run_id: id,
    status: run.status,
    ...sync.summary(run.counts),
    duration_seconds: durationSeconds(run),
  };
  return { status: 200, body };
}

/** Leaves a trace of the attempt. That it can't be left is no reason to tell the caller anything else. */
async function recordSkipped(
  services: Services,
  sync: SyncJob,
  id: string,
  blockedBy: string,
): Promise<void> {
  const { runs, now, log } = services;
  const at = now();
  const asked = { runId: id, job: sync.job, trigger: RunTrigger.manual, unit: sync.unit };
  const cause = {
    skipReason: SkipReason.alreadyRunning,
    reason: `Run ${blockedBy} was under way.`,
    blockedBy,
  };
  await runs.put(skippedRun(asked, cause, at), at + RUN_RETENTION_MS).catch((error: unknown) => {
    log.warn('a skipped run could not be recorded', { run_id: id, error });
  });
}

function alreadyInProgress({ name }: SyncJob, running: string | undefined): ApiError {
  const message =
    running === undefined
      ? `Another ${name} is under way. Wait for its end.`
      : `${capitalized(name)} ${running} is under way. Wait for its end: GET /api/admin/sync/runs/${running}.`;
  return new ApiError(409, 'sync_already_in_progress', message, { facts: { run_id: running } });
}

function skipped(sync: SyncJob, run: Run): ApiError {
  const facts = { run_id: run.runId, status: run.status };
  switch (run.skipReason) {
    case SkipReason.disabled:
      return new ApiError(409, 'sync_disabled', switchedOff(sync), { facts });
    default:
      return alreadyInProgress(sync, run.blockedBy);
  }
}

function switchedOff({ name }: SyncJob): string {
  return `The ${name} is switched off (ATOM_SAAS_ENABLED is false).`;
}

function failed({ name }: SyncJob, run: Run): ApiError {
  const reason = run.error?.message ?? 'No reason was recorded.';
  return new ApiError(502, 'sync_failed', `The ${name} failed. ${reason}`, {
    facts: { run_id: run.runId, status: run.status, reason: run.error?.code ?? 'unknown' },
  });
}

function notStarted({ name }: SyncJob, id: string, cause: unknown): ApiError {
  const facts = { run_id: id };
  const message = `The ${name} could not be started.`;
  if (cause instanceof AtomSyncError && cause.retryable) {
    return unavailable('sync_not_started', `${message} Try again in a few seconds.`, { cause, facts });
  }
  const advice = 'Look at the deployment: the function may be missing.';
  return new ApiError(502, 'sync_not_started', `${message} ${advice}`, { cause, facts });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
