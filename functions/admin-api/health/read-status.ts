import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import {
  type JobView,
  type RatingStatusCounts,
  runningRunId,
  type TicketStatusView,
} from '#functions/admin-api/present/present-status.ts';
import { presentWorker } from '#functions/admin-api/present/present-worker.ts';
import { readWorker } from '#functions/admin-api/tickets/read-worker.ts';
import { whyDisabled } from '#functions/admin-api/tickets/require-tickets.ts';
import { readIssueCounts } from './read-issue-counts.ts';

/** Reads a job's state, and its run's record when one runs now: one or two point reads. */
export async function readJob({ jobs, runs, now }: Services, job: string): Promise<JobView> {
  const state = await jobs.state(job);
  const runId = runningRunId(state, now());
  const current = runId === undefined ? undefined : await runs.get(runId, now());
  return { state, current, running: runId !== undefined };
}

/** Counts the ratings: by the sparse index what waits, by the tally what has arrived. */
export async function readRatingCounts({ ratings, tally }: Services): Promise<RatingStatusCounts> {
  const [pending, queued, failed, dead, synced] = await Promise.all([
    ratings.count('pending'),
    ratings.count('queued'),
    ratings.count('failed'),
    ratings.count('dead_lettered'),
    tally.read(),
  ]);
  return { pending: pending + queued, synced, failed: failed + dead };
}

/** What the ticket worker does and how many tickets wait; undefined where tickets are not deployed. */
export async function readTicketStatus(services: Services): Promise<TicketStatusView | undefined> {
  if (services.tickets === undefined) return undefined;
  const { tickets } = services;
  const [job, worker, { pending, batched, failed }, counts] = await Promise.all([
    readJob(services, TICKET_WORKER),
    readWorker(services),
    tickets.store.counts(),
    readIssueCounts(tickets, services.now()),
  ]);
  const { last_error: lastError } = presentWorker(worker, whyDisabled(services));
  return { job, pending: pending + batched, failed, lastError, issues: counts };
}
