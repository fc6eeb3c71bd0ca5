import { createIssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createTicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { requestedRun } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { monthOf, pay, reservationId, reserve } from '#core/tickets/spend.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import type { DeployedHandler } from './deployed-handler.ts';
import { aStoredAnalysis, aTicket } from './example-tickets.ts';
import { anIncident, publishIssues, ticketsSaying } from './fill-issues.ts';
import { recordingLog } from './recording-log.ts';
import { TICKET_VARIABLES } from './ticket-variables.ts';

type Deployed = Pick<DeployedHandler, 'table'>;

/** The run of the tickets that is over, in a table that was filled. */
const TASK_RUN = '01KHTNPR6M4Y8Z0V9QK2D3F5GK';

/** The issues in a table that was filled: those of the document's examples. */
const ISSUES = { first: '01KHTNPR6M4Y8Z0V9QK2D3F5GM', second: '01KHTNPR6M4Y8Z0V9QK2D3F5GN' } as const;

/** A few tickets, analysed and not, what that cost, a run that is over, and two issues of which one bursts. */
export async function fillTickets(deployed: Deployed): Promise<void> {
  const { tickets, syncStates, ledger, issues } = storesOf(deployed);
  const now = Date.now();
  const put = (ticket: LiveTicket) =>
    tickets.change(ticket.id, () => ({
      next: ticket,
      ...(ticket.analysed && { history: ticket.analysed }),
      result: undefined,
    }));
  const analysed = aStoredAnalysis({ analysedAt: now });
  await put(aTicket({ createdAt: now - 1, analysis: { status: 'done' }, analysed }));
  await put(aTicket({ id: '35437', createdAt: now - 2 }));
  const refused = { status: 'refused', reason: 'refusal' } as const;
  await put(aTicket({ id: '35438', createdAt: now - 3, analysis: refused }));
  const subdomain = TICKET_VARIABLES.ZENDESK_SUBDOMAIN;
  const state = { subdomain, startTime: 0, completedAt: now, requestTimes: [], failedTickets: [] };
  await syncStates.write(state, 1);
  const id = reservationId(now, 'sample');
  const request = { id, microUsd: 300, model: analysed.model, purpose: 'analysis', runId: TASK_RUN } as const;
  const limits = { perDay: 1e9, perMonth: 1e9, perRun: 1e9 };
  const use = { requests: 1, costMicroUsd: 300, ...analysed.usage };
  await ledger.change(monthOf(now), (before) => reserve(before, request, limits, now));
  await ledger.change(monthOf(now), (before) => pay(before, id, use));
  await endTaskRun(deployed, TASK_RUN, 'daily_sync');
  const groups = {
    [ISSUES.first]: ticketsSaying('Export to CSV times out', { first: 35_500, count: 6, at: now }),
    [ISSUES.second]: ticketsSaying('Login with SSO fails', { first: 35_600, count: 8, at: now }),
  };
  const hour = Math.floor(now / 3_600_000);
  const incident = anIncident({
    ...{
      issues: [ISSUES.second],
      series: [`issue#${ISSUES.second}`],
      tickets: [{ id: '35600', requester: null }],
    },
    ...{ openedAt: now - 3_600_000, openedHour: hour - 2, lastHour: hour - 1 },
  });
  await publishIssues({ tickets, issues }, groups, { publishedAt: now, incidents: [incident] });
}

/** A run of the tickets from its lease to its record, as the worker itself leaves it. */
export async function endTaskRun(deployed: Deployed, runId: string, job: string): Promise<void> {
  const { jobs, runs } = storesOf(deployed);
  const now = Date.now();
  const lease = await jobs.acquire(TICKET_WORKER, runId, now, LEASE_MS);
  if (lease === undefined) return;
  const run = requestedRun({ runId, job, trigger: 'manual', unit: 'tickets' }, now - 3_500, undefined);
  const ended = { status: 'success', endedAt: now, invocations: 1, fence: lease.fence } as const;
  await runs.put({ ...run, ...ended, stage: 'analyse', counts: { seen: 3, analysed: 1 } }, now + 3_600_000);
  await jobs.finish(lease, { status: 'success', endedAt: now, durationMs: 3_500 });
}

/** A run of the tickets that somebody asked for is under way. */
export async function startTaskRun(deployed: Deployed): Promise<void> {
  const { jobs, runs } = storesOf(deployed);
  const now = Date.now();
  const runId = newRunId(now, Math.random);
  // The longest that is believed, so that no test is too slow for it.
  const lease = await jobs.acquire(TICKET_WORKER, runId, now, LEASE_MS + CLOCK_TOLERANCE_MS);
  const asked = requestedRun(
    { runId, job: 'daily_sync', trigger: 'manual', unit: 'tickets' },
    now,
    undefined,
  );
  await runs.put({ ...asked, invocations: 1, fence: lease?.fence ?? 1 }, now + 3_600_000);
}

function storesOf(deployed: Deployed) {
  const table = { ...deployed.table, log: recordingLog([]) };
  return {
    ...createTicketStores(table, TICKET_VARIABLES.ZENDESK_SUBDOMAIN),
    issues: createIssueStores(table, TICKET_VARIABLES.ZENDESK_SUBDOMAIN),
    jobs: createJobStore(table),
    runs: createRunStore(table),
  };
}
