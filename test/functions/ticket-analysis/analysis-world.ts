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

/** The function on the real SDK, the Claude stand-in and the memory fakes, under a clock of its own. */
export function createAnalysisWorld(options: WorldOptions = {}) {
  const clock = createVirtualClock(NOON);
  const claude = createClaude({
    now: clock.now,
    sleep: (ms) => clock.sleep(ms),
    keptBodies: 20_000,
    ...options.claude,
  });
  const memory = createMemoryTable();
  const stores = {
    ...createMemoryTicketStores(memory, 'acme'),
    jobs: createMemoryJobStore(memory),
    runs: createMemoryRunStore(memory),
  };
  const poll = createMemoryBatchPoll();
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const invoked: Record<string, unknown>[] = [];
  const events: WebhookEvent[] = [];
  const seeded = createSeed();
  const settings = { ...SETTINGS, ...options.settings };
  const world = { settings, apiKey: claude.apiKey, fetch: claude.fetch, calls: [] as string[] };

  /** One invocation of the function; never ends where its process dies. */
  async function invocation(event: Record<string, unknown>, life: Life = {}): Promise<Run> {
    const gate = createGate(life, world.calls);
    const mortal = {
      tickets: gate('tickets', stores.tickets),
      batches: gate('batches', stores.batches),
      ledger: gate('ledger', stores.ledger),
      runs: gate('runs', stores.runs),
      jobs: gate('jobs', stores.jobs),
      poll: gate('poll', poll),
    };
    const { sleep } = gate('clock', { sleep: clock.sleep });
    const { fetch } = gate('claude', {
      fetch: (...args: Parameters<typeof globalThis.fetch>) => world.fetch(...args),
    });
    const ends = clock.now() + INVOCATION_MS;
    const remainingMs = () => ends - clock.now();
    const after = createAfterRun({
      ...mortal,
      invokeSelf: async (next) => void invoked.push(next),
      outbox: { send: async (sent) => void events.push(sent) },
      now: clock.now,
      log,
    });
    const base: AnalysisDeps = {
      ...mortal,
      now: clock.now,
      sleep,
      random: seeded,
      log,
      settings: world.settings,
      onCollected: after.onCollected,
      openClaude: async () =>
        world.apiKey === ''
          ? undefined
          : createClient({
              apiKey: world.apiKey,
              baseUrl: 'http://claude.test',
              fetch,
              now: clock.now,
              sleep,
              remainingMs,
            }),
    };
    const deps = { ...base, ...options.deps?.(base) };
    after.begin();
    const parameters = readTicketParameters(event);
    const { scheduledAt, ...request } = readRunRequest(
      JOB_OF_TASK[parameters.task],
      event,
      clock.now(),
      Math.random,
    );
    const run = await runJob(
      {
        ...mortal,
        now: clock.now,
        sleep,
        log,
        remainingMs,
        limits: TICKET_RUN_LIMITS,
        continueInNewInvocation: async (run_id) =>
          void invoked.push({ trigger: request.trigger, run_id, ...parameters }),
      },
      {
        ...request,
        enabled: true,
        ...ticketTerms(parameters, {
          trigger: request.trigger,
          ...(scheduledAt !== undefined && { scheduledAt }),
        }),
      },
      (context) => analyseTickets(deps, context, parameters),
    );
    await after.onRun(run);
    return run;
  }

  /** Lets the world go on until the promise ends, a second after the other. */
  async function pass<T>(promise: Promise<T>, limitMs = 2 * DAY): Promise<T | undefined> {
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

  return {
    ...{ clock, claude, memory, stores, poll, lines, invoked, events, world, settings },
    run: async (event: Record<string, unknown>): Promise<Run> => {
      const run = await pass(invocation(event));
      if (!run) throw new Error('The invocation never ended.');
      return run;
    },
    /** An invocation that dies; a minute later nobody holds its lease. */
    kill: async (event: Record<string, unknown>, dies: Life['dies']): Promise<Run | undefined> => {
      const run = await pass(invocation(event, dies && { dies }), 20 * MINUTE);
      await clock.advance(MINUTE);
      return run;
    },
    /** Follows what was invoked and what the schedule polls, until nothing is left to do. */
    drain: async (limit = 60): Promise<void> => {
      for (let n = 0; n < limit; n += 1) {
        const event = invoked.shift() ?? poll.event();
        if (!event) return;
        if (event === poll.event()) await clock.advance(5 * MINUTE);
        await pass(invocation({ ...event }));
      }
      throw new Error('It never comes to an end.');
    },
    add: async (id: string, subject: string | null, description: string | null): Promise<LiveTicket> => {
      await receive(stores, clock.now(), id, prepareText({ subject, description }));
      return live(await stores.tickets.get(id));
    },
    addMany: async (count: number, text = (n: number) => `The export number ${n} fails with an error.`) => {
      for (let n = 1; n <= count; n += 1) {
        const [subject, body] = [`Ticket ${n}`, text(n)];
        const plain = { subject, body, isTruncated: false, isEmpty: false, isScrubbed: false };
        await receive(stores, clock.now() - n, String(n), plain);
      }
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
