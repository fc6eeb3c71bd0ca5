import { createClaude as createClient } from '#adapters/claude/client.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { runJob } from '#core/runs/job-run.ts';
import type { Run } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { contentSha } from '#core/tickets/text/content-sha.ts';
import { type PreparedText, prepareText } from '#core/tickets/text/prepare-text.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import { createAfterRun } from '#functions/ticket-analysis/after-run.ts';
import { analyseTickets } from '#functions/ticket-analysis/analyse-tickets.ts';
import type { AnalysisDeps, AnalysisSettings } from '#functions/ticket-analysis/analysis-deps.ts';
import { createClaude } from '#local/claude/claude.ts';
import type { ClaudeOptions } from '#local/claude/options.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';
import { createGate, type Life } from './mortal-process.ts';

export const NOON = Date.parse('2026-11-27T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const USD = 1_000_000;
/** How much of an invocation's 15 minutes is left when it begins. */
const INVOCATION_MS = 15 * MINUTE;

export const SETTINGS: AnalysisSettings = {
  model: 'claude-haiku-5-5',
  effort: 'low',
  areas: [{ name: 'export', definition: 'exports of data' }],
  mode: 'auto',
  batchSize: 500,
  directMax: 20,
  limits: { perDay: 2 * USD, perMonth: 20 * USD, perRun: 2 * USD },
};

export type WorldOptions = {
  readonly settings?: Partial<AnalysisSettings>;
  readonly claude?: ClaudeOptions;
  /** Replaces what the function gets. */
  readonly deps?: (deps: AnalysisDeps) => Partial<AnalysisDeps>;
};

/** Everything around the function: Claude, the stores, the clock, and what it has invoked and reported. */
function openSystems(options: WorldOptions) {
  const clock = createVirtualClock(NOON);
  const sleep = (ms: number) => clock.sleep(ms);
  const claude = createClaude({ now: clock.now, sleep, keptBodies: 20_000, ...options.claude });
  const memory = createMemoryTable();
  const stores = {
    ...createMemoryTicketStores(memory, 'acme'),
    jobs: createMemoryJobStore(memory),
    runs: createMemoryRunStore(memory),
  };
  const lines: LogLine[] = [];
  const invoked: Record<string, unknown>[] = [];
  const events: WebhookEvent[] = [];
  const settings = { ...SETTINGS, ...options.settings };
  /** What a test may change from one invocation to the next; `calls`: what has left the process. */
  const world = { settings, apiKey: claude.apiKey, fetch: claude.fetch, calls: [] as string[] };
  const seeded = createSeed();
  const poll = createMemoryBatchPoll();
  const log = recordingLog(lines);
  return {
    options,
    clock,
    claude,
    memory,
    stores,
    poll,
    lines,
    log,
    invoked,
    events,
    settings,
    world,
    seeded,
  };
}

type Systems = ReturnType<typeof openSystems>;

/** What one process has of them: it may die. */
function openProcess({ world, stores, poll, clock }: Systems, life: Life) {
  const gate = createGate(life, world.calls);
  const { fetch } = gate('claude', {
    fetch: (...args: Parameters<typeof globalThis.fetch>) => world.fetch(...args),
  });
  const { sleep } = gate('clock', { sleep: clock.sleep });
  const ends = clock.now() + INVOCATION_MS;
  return {
    stores: {
      tickets: gate('tickets', stores.tickets),
      batches: gate('batches', stores.batches),
      ledger: gate('ledger', stores.ledger),
      runs: gate('runs', stores.runs),
      jobs: gate('jobs', stores.jobs),
      poll: gate('poll', poll),
    },
    calls: { fetch, now: clock.now, sleep, remainingMs: () => ends - clock.now() },
  };
}

/** One invocation of the function; never ends where its process dies. */
async function invoke(systems: Systems, event: Record<string, unknown>, life: Life = {}): Promise<Run> {
  const { world, invoked, events, log, clock, seeded, options } = systems;
  const { stores, calls } = openProcess(systems, life);
  const { now, sleep, remainingMs } = calls;
  const invokeSelf = async (next: Record<string, unknown>) => void invoked.push(next);
  const outbox = { send: async (sent: WebhookEvent) => void events.push(sent) };
  const after = createAfterRun({ ...stores, invokeSelf, outbox, now, log });
  const { apiKey, settings } = world;
  const openClaude = async () =>
    apiKey === '' ? undefined : createClient({ apiKey, baseUrl: 'http://claude.test', ...calls });
  const base: AnalysisDeps = {
    ...stores,
    ...{ now, sleep, random: seeded, log, settings, openClaude, onCollected: after.onCollected },
  };
  const deps = { ...base, ...options.deps?.(base) };
  after.begin();
  const parameters = readTicketParameters(event);
  const job = JOB_OF_TASK[parameters.task];
  const { scheduledAt: _at, ...request } = readRunRequest(job, event, clock.now(), seeded);
  const { trigger } = request;
  const continueInNewInvocation = (run_id: string) => invokeSelf({ trigger, run_id, ...parameters });
  const runDeps = { ...stores, now, sleep, log, remainingMs, limits: TICKET_RUN_LIMITS };
  const run = await runJob(
    { ...runDeps, continueInNewInvocation },
    { ...request, enabled: true, ...ticketTerms(parameters, { trigger }) },
    (context) => {
      after.working(context.begun.stage);
      return analyseTickets(deps, context, parameters);
    },
  );
  await after.onRun(run);
  return run;
}

/** Lets the world go on until the promise ends, a second after the other; undefined where it never does. */
async function pass<T>({ clock }: Systems, promise: Promise<T>, limitMs = 2 * DAY): Promise<T | undefined> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  const until = clock.now() + limitMs;
  while (!isOver && clock.now() < until) {
    for (let turn = 0; turn < 12 && !isOver; turn += 1) await settle();
    if (!isOver) await clock.advance(1_000);
  }
  return isOver ? promise : undefined;
}

/** The function on the real SDK, the Claude stand-in and the memory fakes, under a clock of its own. */
export function createAnalysisWorld(options: WorldOptions = {}) {
  const systems = openSystems(options);
  const { clock, invoked, poll } = systems;
  return {
    ...systems,
    ...ticketsOf(systems),
    run: async (event: Record<string, unknown>): Promise<Run> => {
      const run = await pass(systems, invoke(systems, event));
      if (!run) throw new Error('The invocation never ended.');
      return run;
    },
    /** An invocation that dies; a minute later nobody holds its lease. */
    kill: async (event: Record<string, unknown>, dies: Life['dies']): Promise<Run | undefined> => {
      const run = await pass(systems, invoke(systems, event, dies && { dies }), 20 * MINUTE);
      await clock.advance(MINUTE);
      return run;
    },
    /** Follows what was invoked and what the schedule polls, until nothing is left to do. */
    drain: async (limit = 60): Promise<void> => {
      for (let n = 0; n < limit; n += 1) {
        const event = invoked.shift() ?? poll.event();
        if (!event) return;
        if (event === poll.event()) await clock.advance(5 * MINUTE);
        await pass(systems, invoke(systems, { ...event }));
      }
      throw new Error('It never comes to an end.');
    },
  };
}

/** What a test does with tickets, and reads of them. */
function ticketsOf({ stores, clock, memory }: Systems) {
  const addMany = async (
    count: number,
    text = (n: number) => `The export number ${n} fails with an error.`,
  ): Promise<void> => {
    for (let n = 1; n <= count; n += 1) {
      const plain = { subject: `Ticket ${n}`, body: text(n), isTruncated: false, isEmpty: false };
      await receive(stores, clock.now() - n, String(n), { ...plain, isScrubbed: false });
    }
  };
  return {
    addMany,
    add: async (id: string, subject: string | null, description: string | null): Promise<LiveTicket> => {
      await receive(stores, clock.now(), id, prepareText({ subject, description }));
      return live(await stores.tickets.get(id));
    },
    ticket: async (id: string) => live(await stores.tickets.get(id)),
    month: () => stores.ledger.read('2026-11'),
    statuses: async () => {
      const found: Record<string, number> = {};
      for (const { entry } of memory.tickets.values()) {
        const status = entry?.kind === 'live' ? entry.analysis.status : 'deleted';
        found[status] = (found[status] ?? 0) + 1;
      }
      return found;
    },
  };
}

export type AnalysisWorld = ReturnType<typeof createAnalysisWorld>;

async function receive(
  { tickets }: ReturnType<typeof createMemoryTicketStores>,
  now: number,
  id: string,
  text: PreparedText,
): Promise<void> {
  const incoming = {
    ...{ id, createdAt: now, updatedAt: now, status: 'open' as const, channel: 'email', tags: [] },
    ...{ priority: null, type: null, brandId: null, formId: null, mergedInto: null },
    ...{ requesterHash: 'r', isFiltered: false, contentSha: contentSha(text), ...text },
  };
  await tickets.change(id, (before) =>
    received(
      before,
      { ...incoming, generatedAt: now + (before?.revision ?? 0) },
      { fence: before?.fence ?? 0, now },
    ),
  );
}

/** Chance that is the same in each test. */
function createSeed() {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function live(entry: unknown): LiveTicket {
  return entry as LiveTicket;
}
