import { LEASE_MS } from '#core/runs/lease.ts';
import { JobId, type Run, requestedRun } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { monthOf, pay, reservationId, reserve } from '#core/tickets/spend.ts';
import type { LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';
import { NOW } from './example-records.ts';
import { aStoredAnalysis, aTicket, TICKET_SCHEDULES } from './example-tickets.ts';
import { type World, withServices } from './world.ts';

const DAY_MS = 86_400_000;

/** A ticket has come in. */
export async function putTicket(world: World, over: Partial<LiveTicket> = {}): Promise<LiveTicket> {
  const ticket = aTicket(over);
  await world.stores.tickets.change(ticket.id, () => ({ next: ticket, result: undefined }));
  return ticket;
}

/** A ticket has come in, and Claude has read it. */
export async function putAnalysed(
  world: World,
  over: Partial<LiveTicket> = {},
  analysed: StoredAnalysis = aStoredAnalysis(),
): Promise<void> {
  const next = aTicket({ analysis: { status: 'done' }, analysed, ...over });
  await world.stores.tickets.change(next.id, () => ({ next, history: analysed, result: undefined }));
}

/** A ticket is gone at Zendesk. */
export async function deleteTicket(world: World, id: string): Promise<void> {
  const next = { kind: 'deleted', id, generatedAt: NOW, fence: 2, revision: 2, deletedAt: NOW } as const;
  await world.stores.tickets.change(id, () => ({ next, result: undefined }));
}

/** So much was spent at a time, in millionths of a US dollar. */
export async function spend(world: World, microUsd: number, at = NOW): Promise<void> {
  const id = reservationId(at, `spent-${microUsd}`);
  const request = { id, microUsd, model: 'claude-haiku-5-5', purpose: 'analysis', runId: 'r' } as const;
  const limits = { perDay: 1e12, perMonth: 1e12, perRun: 1e12 };
  const use = {
    requests: 1,
    costMicroUsd: microUsd,
    inputTokens: 1_500,
    outputTokens: 300,
    cacheReadTokens: 7,
  };
  await world.stores.ledger.change(monthOf(at), (before) => reserve(before, request, limits, at));
  await world.stores.ledger.change(monthOf(at), (before) => pay(before, id, use));
}

/** The record of a run of the ticket worker: a pipeline that succeeded, where nothing else is given. */
export async function putTaskRun(world: World, over: Partial<Run> = {}): Promise<Run> {
  const startedAt = over.startedAt ?? world.clock - 60_000;
  const asked = { runId: newRunId(startedAt, world.services.random), job: JobId.dailySync, unit: 'tickets' };
  const run: Run = {
    ...requestedRun({ ...asked, trigger: 'manual' }, startedAt, undefined),
    ...{ status: 'success', invocations: 1, fence: 1, endedAt: startedAt + 30_000 },
    ...over,
  };
  await world.stores.runs.put(run, startedAt + 30 * DAY_MS);
  return run;
}

/** A run is at work: its record says so, and it holds the worker's lease. */
export async function putLiveRun(world: World, over: Partial<Run> = {}): Promise<Run> {
  const run = await putTaskRun(world, { status: 'running', endedAt: undefined, ...over });
  if (!(await world.stores.jobs.acquire(TICKET_WORKER, run.runId, world.clock, LEASE_MS))) {
    throw new Error('Another run holds the lease of the tickets.');
  }
  return run;
}

/** The same world with the schedules of the tickets. */
export function withTicketSchedules(world: World): World {
  for (const schedule of TICKET_SCHEDULES) world.schedules.set(schedule.job, schedule);
  const jobs = [...world.services.settings.jobs, ...TICKET_SCHEDULES.map(({ job }) => job)];
  return withServices(world, { settings: { ...world.services.settings, jobs } });
}

/** The same world with other settings of the tickets; without any, they are not deployed. */
export function withTickets(world: World, settings: Partial<TicketServices['settings']> | undefined): World {
  const { tickets } = world.services;
  if (tickets === undefined || settings === undefined) return withServices(world, { tickets: undefined });
  return withServices(world, { tickets: { ...tickets, settings: { ...tickets.settings, ...settings } } });
}
