import { createClaude } from '#adapters/claude/client.ts';
import { sleep } from '#adapters/clock/sleep.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createTicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { createZendesk } from '#adapters/zendesk/zendesk.ts';
import { type BenchTable, WARNINGS } from '#bench/report/table.ts';
import type { ClaudeProcessFacts, ZendeskProcessFacts } from '#bench/services/services.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import { type RunContext, runJob } from '#core/runs/job-run.ts';
import { type Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { Claude } from '#core/tickets/claude.ts';
import { JOB_OF_TASK, readTicketParameters, type TicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { createAfterRun } from '#functions/ticket-analysis/after-run.ts';
import { analyseTickets } from '#functions/ticket-analysis/analyse-tickets.ts';
import type { AnalysisMode, AnalysisSettings } from '#functions/ticket-analysis/analysis-deps.ts';
import { createTicketSync } from '#functions/ticket-sync/sync-tickets.ts';

/** What the functions work on and with. */
export type TicketBenchOptions = {
  readonly table: BenchTable;
  readonly zendesk: ZendeskProcessFacts;
  readonly claude: ClaudeProcessFacts;
  /** Our own limit of exports in a minute. */
  readonly requestsPerMinute: number;
};

/** The deployed composition of ticket sync and analysis (see their handlers) on the benchmark's services. */
export type TicketBench = {
  /** A sync by hand, over everything that there is. */
  sync(): Promise<Run>;
  /** An analysis of so many tickets. */
  analyse(mode: AnalysisMode, count: number): Promise<Run>;
  /** A run as the schedule starts it each hour: a sync, and then the analysis. */
  hourly(): Promise<Run>;
  /** How long the analyses have waited for Claude's batches, and for answers about how far they are, in milliseconds. */
  waitedMs(): number;
  /** Lets the functions' clock go on. */
  goOn(ms: number): void;
};

const DAY_MS = 86_400_000;
/** More than the generated tickets go back. */
const BACKFILL_DAYS = 60;
/** The settings' defaults, but for the budget: what is measured costs some ten dollars if it were real. */
const SETTINGS: AnalysisSettings = {
  model: 'claude-haiku-5-5',
  effort: 'low',
  areas: [
    { name: 'export', definition: 'CSV, PDF and other files' },
    { name: 'sync', definition: 'data between devices' },
    { name: 'billing', definition: 'invoices and payment' },
  ],
  mode: 'auto',
  batchSize: 500,
  directMax: 200,
  limits: { perDay: 1e9, perMonth: 1e9, perRun: 1e9 },
};

/** What a run is asked for, and what does its work. */
type Wanted = {
  readonly trigger: RunTrigger;
  readonly parameters: TicketParameters;
  readonly runId: string;
  readonly work: (context: RunContext, parameters: TicketParameters) => Promise<WorkResult>;
};

/** Composes the functions; nothing runs yet. */
export function createBenchTickets(options: TicketBenchOptions): TicketBench {
  const { table } = options;
  let aheadMs = 0;
  let waitedMs = 0;
  const now = () => Date.now() + aheadMs;
  const remainingMs = () => Number.POSITIVE_INFINITY;
  const clock = { now, sleep, random: Math.random, log: WARNINGS, remainingMs };
  const stores = {
    ...createTicketStores(table, options.zendesk.subdomain),
    jobs: createJobStore(table),
    runs: createRunStore(table),
  };
  const { analysis, onRun } = composeAnalysis(options, { ...stores, ...clock }, (ms) => {
    waitedMs += ms;
  });
  const carryOut = async ({ trigger, parameters, runId, work }: Wanted): Promise<Run> => {
    const request = { job: JOB_OF_TASK[parameters.task], runId, trigger, enabled: true };
    const deps = { ...stores, ...clock, continueInNewInvocation: async () => undefined };
    return runJob(
      { ...deps, limits: TICKET_RUN_LIMITS },
      { ...request, ...ticketTerms(parameters, { trigger }) },
      (context) => work(context, parameters),
    );
  };
  const analyseRun = async (wanted: Omit<Wanted, 'work'>, mode: AnalysisMode = 'auto'): Promise<Run> => {
    const run = await carryOut({ ...wanted, work: analysis(mode) });
    await onRun(run);
    return run;
  };
  const handedOn: (() => Promise<Run>)[] = [];
  const sync = composeSync(options, { ...stores, ...clock }, async (event) => {
    const { trigger, run_id: runId, ...parameters } = event as { trigger: RunTrigger; run_id: string };
    handedOn.push(() => analyseRun({ trigger, runId, parameters: readTicketParameters(parameters) }));
  });
  const newId = () => newRunId(now(), Math.random);
  return {
    sync: () => {
      const parameters = readTicketParameters({ task: 'sync', backfill_days: BACKFILL_DAYS });
      return carryOut({ trigger: RunTrigger.manual, runId: newId(), parameters, work: sync.sync });
    },
    analyse: (mode, count) => {
      const parameters = readTicketParameters({ task: 'analyze', batch_size: count });
      return analyseRun({ trigger: RunTrigger.manual, runId: newId(), parameters }, mode);
    },
    async hourly() {
      const parameters = readTicketParameters({ task: 'sync' });
      const wanted = { trigger: RunTrigger.schedule, runId: newId(), parameters };
      const run = await carryOut({ ...wanted, work: sync.sync });
      return handedOn.shift()?.() ?? run;
    },
    waitedMs: () => waitedMs,
    goOn: (ms) => {
      aheadMs += ms;
    },
  };
}

type Clock = Pick<Parameters<typeof createZendesk>[0], 'now' | 'sleep' | 'random' | 'log'> & {
  readonly remainingMs: () => number;
};
type Stores = ReturnType<typeof createTicketStores> & {
  readonly jobs: ReturnType<typeof createJobStore>;
  readonly runs: ReturnType<typeof createRunStore>;
};

function composeSync(
  { zendesk, requestsPerMinute }: TicketBenchOptions,
  deps: Stores & Clock,
  analyse: Parameters<typeof createTicketSync>[0]['analyse'],
) {
  const { clientId: client_id, clientSecret: client_secret, url: baseUrl, subdomain } = zendesk;
  const credentials = async () => ({ client_id, client_secret, email: '', api_token: '' });
  return createTicketSync({
    ...deps,
    zendesk: createZendesk({ ...deps, baseUrl, auth: 'oauth', credentials, fetch }),
    requesterKey: async () => 'a key of the benchmark alone',
    subdomain,
    backfillMs: BACKFILL_DAYS * DAY_MS,
    pageSize: 1_000,
    requestsPerMinute,
    rawRetentionMs: 90 * DAY_MS,
    text: 'first',
    selection: { brands: new Set(), forms: new Set(), excludedTags: new Set() },
    analyse,
    assign: async () => undefined,
  });
}

function composeAnalysis({ claude }: TicketBenchOptions, deps: Stores & Clock, waited: (ms: number) => void) {
  const poll = createMemoryBatchPoll();
  const after = createAfterRun({ ...deps, poll, invokeSelf: async () => undefined });
  const client = createClaude({ ...deps, apiKey: claude.apiKey, baseUrl: claude.url, fetch });
  const waiting = async <T>(until: Promise<T>): Promise<T> => {
    const begin = performance.now();
    const value = await until;
    waited(performance.now() - begin);
    return value;
  };
  const pause: typeof sleep = (ms, signal) => waiting(sleep(ms, signal));
  // The stand-in works a batch off when it is asked after it.
  const patient: Claude = {
    model: client.model,
    ask: client.ask,
    submitBatch: client.submitBatch,
    batch: (id) => waiting(client.batch(id)),
    results: (id) => client.results(id),
    cancelBatch: client.cancelBatch,
    batchesSince: client.batchesSince,
  };
  const analysis = (mode: AnalysisMode) => (context: RunContext, parameters: TicketParameters) => {
    after.begin();
    const own = { openClaude: async () => patient, onCollected: after.onCollected, poll, sleep: pause };
    return analyseTickets({ ...deps, ...own, settings: { ...SETTINGS, mode } }, context, parameters);
  };
  return { analysis, onRun: after.onRun };
}
