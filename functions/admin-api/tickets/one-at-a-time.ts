import { RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { type ApiError, conflict, unavailable } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { readWorker, type WorkerRun } from './read-worker.ts';
import { RunActivity } from './run-activity.ts';

/** How long a start waits for the end of a run that nobody asked for. */
const AUTOMATIC_PATIENCE_MS = 10_000;
const AUTOMATIC_POLL_MS = 1_000;

/** Whose lease lets one caller at a time decide whether the worker is free; it is held for a few writes. */
const TURNS = 'ticket_starts';
const TURN_MS = 5_000;
const TURN_POLL_MS = 100;
const TURN_PATIENCE_MS = 6_000;

/**
 * Waits a little for the end of a run that began by itself: its few seconds are no reason to turn somebody away.
 *
 * @throws ApiError `run_in_progress` (409), at once for a run that somebody asked for or that waits for a batch
 */
export async function waitForAutomatic(services: Services): Promise<void> {
  const deadline = services.now() + AUTOMATIC_PATIENCE_MS;
  for (;;) {
    const { underWay } = await readWorker(services);
    if (underWay.length === 0) return;
    const lasting = underWay.find((one) => !endsSoon(one));
    if (lasting !== undefined || services.now() >= deadline) throw inProgress(lasting ?? underWay[0]);
    await services.sleep(AUTOMATIC_POLL_MS);
  }
}

/** @throws ApiError `run_in_progress` (409) where a run is under way */
export async function requireIdle(services: Services): Promise<void> {
  const { underWay } = await readWorker(services);
  if (underWay.length > 0) throw inProgress(underWay[0]);
}

/**
 * Does a few reads and writes that nobody else does meanwhile. The worker's own lease is left to its runs: it tells
 * them which one of them held it last.
 *
 * @throws ApiError `took_too_long` (503) where others take their turns for seconds
 */
export async function takeTurn<T>(services: Services, work: () => Promise<T>): Promise<T> {
  const { jobs, now, random, sleep, log } = services;
  const deadline = now() + TURN_PATIENCE_MS;
  for (;;) {
    const lease = await jobs.acquire(TURNS, newRunId(now(), random), now(), TURN_MS);
    if (lease !== undefined) {
      try {
        return await work();
      } finally {
        const outcome = { status: 'interrupted', endedAt: now(), durationMs: 0 } as const;
        await jobs.finish(lease, outcome).catch((error: unknown) => {
          log.warn('a turn could not be given back; it ends by itself', { error });
        });
      }
    }
    if (now() >= deadline) throw unavailable('took_too_long', 'Others are starting runs. Try again.');
    await sleep(TURN_POLL_MS);
  }
}

/** A run of a schedule that is at work, and not at a batch that may take a day. */
function endsSoon({ run }: WorkerRun): boolean {
  return run.trigger !== RunTrigger.manual && run.stage !== TicketStage.waitBatch;
}

function inProgress(one: WorkerRun | undefined): ApiError {
  const id = one?.run.runId;
  const isWaiting = one?.activity === RunActivity.waiting && one.run.stage === TicketStage.waitBatch;
  const state = isWaiting ? 'waits for a batch of analyses' : 'is under way';
  const advice = `Wait for its end (GET /api/tasks/runs/${id}), or cancel it (POST /api/tasks/runs/${id}/cancel).`;
  return conflict('run_in_progress', `Run ${id} ${state}. ${advice}`, { run_id: id });
}
