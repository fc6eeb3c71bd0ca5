/** Does one run of the function of the issues in this process and prints what it took. Started by `issues.ts`. */
import { sleep } from '#adapters/clock/sleep.ts';
import { createIssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createTicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import { openTable, WARNINGS } from '#bench/report/table.ts';
import { type Elapsed, timed } from '#bench/services/stopwatch.ts';
import { runJob } from '#core/runs/job-run.ts';
import { type Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { runIssues } from '#functions/ticket-issues/run-issues.ts';
import { SUBDOMAIN } from './issue-tickets.ts';

/** What this process is told as its only argument, in JSON. */
export type IssueJob = {
  readonly task: 'sync' | 'consolidate';
  readonly endpoint: string;
  /** What the clock says at the beginning, in milliseconds since 1970. */
  readonly now: number;
  /** How many tickets it has to give an issue. */
  readonly assigned: number;
};

/** What it answers, in JSON. 1 MB = 1,048,576 bytes. */
export type IssueMeasurement = Elapsed & {
  readonly rssMb: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly readUnits: number;
  /** By the first part of the partition key. */
  readonly writes: Readonly<Record<string, number>>;
};

/** What Lambda gives an invocation. */
const INVOCATION_MS = 900_000;

const job = JSON.parse(process.argv[2] ?? '') as IssueJob;
const measurement = await measure(job);
process.stdout.write(JSON.stringify(measurement), () => process.exit(0));

async function measure({ task, endpoint, now: begin, assigned }: IssueJob): Promise<IssueMeasurement> {
  const table = openTable(endpoint);
  const stores = {
    ...createTicketStores(table, SUBDOMAIN),
    ...createIssueStores(table, SUBDOMAIN),
    jobs: createJobStore(table),
    runs: createRunStore(table),
  };
  const now = () => begin + Math.floor(performance.now());
  await stores.syncStates.write(
    {
      ...{ subdomain: SUBDOMAIN, startTime: 0, requestTimes: [], failedTickets: [], completedAt: begin },
    },
    1,
  );
  const deps = {
    ...{ ...stores, now, sleep, log: WARNINGS },
    settings: { subdomain: SUBDOMAIN, resolution: 2, minRequesters: 3 },
    label: async () => new Map<string, never>(),
  };
  const parameters = readTicketParameters({ task });
  const trigger = RunTrigger.schedule;
  const request = { job: JOB_OF_TASK[task], runId: newRunId(begin, Math.random), trigger, enabled: true };
  const jobDeps = {
    ...{ ...stores, now, sleep, log: WARNINGS, limits: TICKET_RUN_LIMITS },
    remainingMs: () => INVOCATION_MS - performance.now(),
    continueInNewInvocation: async () => undefined,
  };
  table.meter.reset();
  const { value, elapsed } = await timed(() =>
    runJob(jobDeps, { ...request, ...ticketTerms(parameters, { trigger }) }, (context) =>
      runIssues(deps, context, parameters),
    ),
  );
  const { readUnits, writes } = table.meter.consumed;
  return {
    ...elapsed,
    rssMb: process.resourceUsage().maxRSS / 1024,
    counts: expect(value, assigned).counts,
    readUnits,
    writes: Object.fromEntries(writes),
  };
}

/** @throws MeasurementError when the run did not do what is believed to be measured */
function expect(run: Run, assigned: number): Run {
  if (run.status !== 'success')
    throw new MeasurementError(`The run ended as ${run.status}: ${run.error?.message ?? run.reason}`);
  const { assigned: counted = 0 } = run.counts;
  if (counted !== assigned)
    throw new MeasurementError(`The run gave issues to ${counted} tickets instead of ${assigned}.`);
  return run;
}
