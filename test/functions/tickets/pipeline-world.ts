import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { createClaude as createClient } from '#adapters/claude/client.ts';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { itemName } from '#adapters/dynamodb/table/table.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import { createJobHandler, type JobAnswer } from '#adapters/lambda/job-handler.ts';
import type { LambdaFunction } from '#adapters/lambda/lambda-function.ts';
import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { createZendesk as createAdapter } from '#adapters/zendesk/zendesk.ts';
import { LeaseLostError } from '#core/errors.ts';
import { JOB_OF_TASK, readTicketParameters, type TicketParameters } from '#core/tickets/ticket-event.ts';
import type { TicketRevision, TicketStore } from '#core/tickets/ticket-store.ts';
import { RESUMED_TERMS, TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { tellEndedRun } from '#core/tickets/webhook/tell-ended-run.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import type { Random } from '#core/time/clock.ts';
import { createAfterRun as createAfterAnalysis } from '#functions/ticket-analysis/after-run.ts';
import { analyseThenAssign } from '#functions/ticket-analysis/analyse-then-assign.ts';
import type { AnalysisSettings } from '#functions/ticket-analysis/analysis-deps.ts';

import { createAfterRun } from '#functions/ticket-issues/after-run.ts';
import type { IssueSettings } from '#functions/ticket-issues/issue-deps.ts';
import { runIssues } from '#functions/ticket-issues/run-issues.ts';
import { createTicketSync } from '#functions/ticket-sync/sync-tickets.ts';
import { createClaude } from '#local/claude/claude.ts';
import type { ClaudeOptions } from '#local/claude/options.ts';
import { DEFAULT_API_TOKEN, DEFAULT_CLIENT } from '#local/zendesk/account.ts';
import { createZendesk, type ZendeskOptions } from '#local/zendesk/zendesk.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { SETTINGS } from '#test/functions/ticket-analysis/analysis-world.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';
import { Books } from './books.ts';
import { type Fate, Life } from './life.ts';

export const NOON = Date.parse('2026-11-27T12:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const SUBDOMAIN = 'atom';

/** What an invocation has of its 15 minutes. */
const INVOCATION_MS = 15 * MINUTE;
/** Turns of the event loop before time moves on: answers that are there already come first. */
const TURNS = 3;
const MAX_IDLE_TURNS = 20_000;

export type FunctionName = 'ticket-sync' | 'ticket-analysis' | 'ticket-issues';
export type FunctionEvent = Readonly<Record<string, unknown>>;
export type Invocation = { readonly by: FunctionName; readonly event: FunctionEvent };

export type PipelineOptions = {
  readonly zendesk?: ZendeskOptions;
  readonly claude?: ClaudeOptions;
  readonly settings?: Partial<AnalysisSettings>;
  readonly pageSize?: number;
  readonly text?: 'first' | 'public';
  /** Default 30. */
  readonly backfillDays?: number;
  readonly random?: Random;
  /** Default {@link NOON}. */
  readonly startAt?: number;
  /** Whether there is a key of Claude's API. Default true. */
  readonly hasKey?: boolean;
  readonly issues?: Partial<IssueSettings>;
};

const CREDENTIALS = {
  client_id: DEFAULT_CLIENT.clientId,
  client_secret: DEFAULT_CLIENT.clientSecret,
  email: DEFAULT_API_TOKEN.email,
  api_token: DEFAULT_API_TOKEN.apiToken,
};

const NO_METRICS = {
  addDimension: () => undefined,
  addMetric: () => undefined,
  addMetadata: () => undefined,
  publishStoredMetrics: () => undefined,
  hasStoredMetrics: () => false,
} as unknown as Metrics;

/** The functions of the tickets, composed as their handlers are, over the simulators and one table in memory. */
export class PipelineWorld {
  readonly clock;
  readonly memory = createMemoryTable();
  readonly stores = {
    ...createMemoryTicketStores(this.memory, SUBDOMAIN),
    ...createMemoryIssueStores(this.memory, SUBDOMAIN),
    jobs: createMemoryJobStore(this.memory),
    runs: createMemoryRunStore(this.memory),
  };
  readonly poll = createMemoryBatchPoll();
  readonly lines: LogLine[] = [];
  readonly events: WebhookEvent[] = [];
  /** What was invoked and has not begun. */
  readonly queue: Invocation[] = [];
  readonly zendesk: ReturnType<typeof createZendesk>;
  readonly claude: ReturnType<typeof createClaude>;
  readonly books: Books;
  /** May be changed between invocations. */
  settings: AnalysisSettings;
  readonly #options: PipelineOptions;
  readonly #random: Random;

  constructor(options: PipelineOptions = {}) {
    this.clock = createVirtualClock(options.startAt ?? NOON);
    const { now, sleep } = this.clock;
    this.#options = options;
    this.#random = options.random ?? (() => 0.5);
    this.settings = { ...SETTINGS, ...options.settings };
    this.zendesk = createZendesk({ now, sleep, tickets: [], ...options.zendesk });
    this.claude = createClaude({ now, sleep: (ms) => sleep(ms), ...options.claude });
    this.books = new Books(this);
  }

  /** Runs an invocation to its end, or to that of its process; time has to {@link pass}. Undefined: it died. */
  async invoke({ by, event }: Invocation, fate?: Fate): Promise<JobAnswer | undefined> {
    const life = new Life(this.clock, fate);
    const handler = this.#handlerOf(by, life);
    const work = handler(event, {} as Context).catch((error: unknown) => {
      // One that was frozen finds its run taken over: its invocation fails, and is tried again.
      if (!(error instanceof LeaseLostError && life.wasFrozen)) throw error;
      return undefined;
    });
    const answer = await Promise.race([work, life.died.then(() => undefined)]);
    if (life.isDead) await this.books.died();
    return answer;
  }

  /** Lets time run until the promise ends. One at a time. */
  async pass<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    let idle = 0;
    for (;;) {
      for (let turn = 0; turn < TURNS && !isOver; turn += 1) await settle();
      if (isOver) return promise;
      const next = this.clock.nextAt();
      idle = next === undefined ? idle + 1 : 0;
      if (idle > MAX_IDLE_TURNS) throw new Error('Everything waits, and no sleep is under way.');
      if (next !== undefined) await this.clock.advance(next - this.clock.now());
    }
  }

  /** Follows what was invoked and what the schedule polls, until nothing is left to do. */
  async drain(limit = 200): Promise<void> {
    for (let n = 0; n < limit; n += 1) {
      const next = this.queue.shift();
      const polled = next ? undefined : this.poll.event();
      if (polled) await this.clock.sleep(5 * MINUTE);
      if (next) await this.invoke(next);
      else if (polled) await this.invoke({ by: 'ticket-analysis', event: { ...polled } });
      else return;
    }
    throw new Error('It never comes to an end.');
  }

  entry(id: string) {
    return this.memory.tickets.get(itemName({ pk: SUBDOMAIN, sk: id }))?.entry;
  }

  /** All that is stored of the tickets, by id. */
  stored() {
    return new Map([...this.memory.tickets].map(([key, ticket]) => [idOf(key), ticket]));
  }

  #handlerOf(by: FunctionName, life: Life) {
    switch (by) {
      case 'ticket-sync':
        return this.#syncFunction(life);
      case 'ticket-analysis':
        return this.#analysisFunction(life);
      case 'ticket-issues':
        return this.#issuesFunction(life);
    }
  }

  #lambda(life: Life): LambdaFunction {
    const ends = this.clock.now() + INVOCATION_MS;
    const { sleep } = life.gate('clock', { sleep: this.clock.sleep });
    const clock = {
      now: this.clock.now,
      sleep,
      random: this.#random,
      remainingMs: () => ends - this.clock.now(),
    };
    const log = recordingLog(this.lines) as LambdaFunction['log'];
    return { log, metrics: NO_METRICS, clock, handle: (work) => (event) => work(event) };
  }

  #mortalStores(life: Life) {
    const { tickets, syncStates, batches, ledger, jobs, runs, generations, records } = this.stores;
    return {
      tickets: mortalTickets(life, this.books.watch(tickets)),
      generations: life.gate('generations', generations),
      records: life.gate('records', records),
      syncStates: life.gate('syncStates', syncStates),
      batches: life.gate('batches', batches),
      ledger: life.gate('ledger', ledger),
      jobs: life.gate('jobs', jobs),
      runs: life.gate('runs', runs),
      poll: life.gate('poll', this.poll),
    };
  }

  #invoker(life: Life, by: FunctionName): (event: FunctionEvent) => Promise<void> {
    return life.gate('lambda', {
      invoke: async (event: FunctionEvent) => void this.queue.push({ by, event }),
    }).invoke;
  }

  #outbox(life: Life) {
    return life.gate('outbox', { send: async (event: WebhookEvent) => void this.events.push(event) });
  }

  #syncFunction(life: Life) {
    const lambda = this.#lambda(life);
    const stores = this.#mortalStores(life);
    const { fetch } = life.gate('zendesk', { fetch: this.zendesk.fetch });
    const zendesk = createAdapter({
      ...lambda.clock,
      baseUrl: `https://${SUBDOMAIN}.zendesk.com`,
      auth: 'oauth',
      credentials: async () => CREDENTIALS,
      fetch,
      log: lambda.log,
    });
    const tickets = createTicketSync({
      ...stores,
      ...lambda.clock,
      ...this.#syncSettings(),
      zendesk,
      log: lambda.log,
      analyse: this.#invoker(life, 'ticket-analysis'),
      assign: this.#invoker(life, 'ticket-issues'),
    });
    return createJobHandler(lambda, {
      job: ({ task }) => JOB_OF_TASK[task],
      stores,
      enabled: true,
      invokeSelf: this.#invoker(life, 'ticket-sync'),
      parametersOf: readTicketParameters,
      terms: ticketTerms,
      limits: TICKET_RUN_LIMITS,
      work: tickets.sync,
      onRun: tellEndedRun(this.#outbox(life)),
    });
  }

  #syncSettings() {
    const { pageSize = 1000, text = 'first', backfillDays = 30 } = this.#options;
    return {
      requesterKey: async () => 'a key of sixteen characters',
      subdomain: SUBDOMAIN,
      backfillMs: backfillDays * DAY,
      pageSize,
      requestsPerMinute: 9,
      rawRetentionMs: 90 * DAY,
      text,
      selection: { brands: new Set<string>(), forms: new Set<string>(), excludedTags: new Set<string>() },
    };
  }

  #analysisFunction(life: Life) {
    const lambda = this.#lambda(life);
    const { log, clock } = lambda;
    const stores = this.#mortalStores(life);
    const { fetch } = life.gate('claude', { fetch: this.books.fetchOf(life) });
    const invokeSelf = this.#invoker(life, 'ticket-analysis');
    const after = createAfterAnalysis({
      ...stores,
      invokeSelf,
      outbox: this.#outbox(life),
      now: clock.now,
      log,
    });
    const { apiKey } = this.claude;
    const { hasKey = true } = this.#options;
    const openClaude = async () =>
      hasKey ? createClient({ apiKey, baseUrl: 'http://claude.test', fetch, ...clock }) : undefined;
    const { settings } = this;
    const assign = this.#invoker(life, 'ticket-issues');
    const deps = { ...stores, ...clock, log, assign, openClaude, settings, onCollected: after.onCollected };
    return createJobHandler<TicketParameters>(lambda, {
      job: ({ task }) => JOB_OF_TASK[task],
      stores,
      enabled: true,
      invokeSelf,
      parametersOf: (event) => {
        after.begin();
        return readTicketParameters(event);
      },
      terms: (parameters, asked) => ({ ...RESUMED_TERMS, ...ticketTerms(parameters, asked) }),
      limits: TICKET_RUN_LIMITS,
      work: (context, parameters) => {
        after.working(context.begun.stage);
        return analyseThenAssign(deps, context, parameters);
      },
      onRun: after.onRun,
    });
  }

  #issuesFunction(life: Life) {
    const lambda = this.#lambda(life);
    const { log, clock } = lambda;
    const stores = this.#mortalStores(life);
    const invokeSelf = this.#invoker(life, 'ticket-issues');
    const outbox = this.#outbox(life);
    const after = createAfterRun({ ...stores, invokeSelf, outbox, now: clock.now, log });
    const settings = { subdomain: SUBDOMAIN, resolution: 2, minRequesters: 3, ...this.#options.issues };
    // Labels are not what these tests are about: they have their own.
    const label = async () => new Map<string, never>();
    const deps = { ...stores, ...clock, log, outbox, settings, label };
    return createJobHandler<TicketParameters>(lambda, {
      job: ({ task }) => JOB_OF_TASK[task],
      stores,
      enabled: true,
      invokeSelf,
      parametersOf: (event) => {
        after.begin();
        return readTicketParameters(event);
      },
      terms: (parameters, asked) => ({ ...RESUMED_TERMS, ...ticketTerms(parameters, asked) }),
      limits: TICKET_RUN_LIMITS,
      work: (context, parameters) => {
        after.working();
        return runIssues(deps, context, parameters);
      },
      onRun: after.onRun,
    });
  }
}

/** The walk over revisions is no single call: it may die before it begins. */
function mortalTickets(life: Life, tickets: TicketStore): TicketStore {
  const walks = life.gate('tickets', {
    async walk(range: Parameters<TicketStore['revisions']>[0]) {
      const pieces: (readonly TicketRevision[])[] = [];
      for await (const piece of tickets.revisions(range)) pieces.push(piece);
      return pieces;
    },
  });
  return {
    ...life.gate('tickets', { ...tickets }),
    async *revisions(range) {
      yield* await walks.walk(range);
    },
  };
}

/** The memory store's keys are subdomain and id as JSON. */
function idOf(key: string): string {
  return (JSON.parse(key) as readonly [string, string])[1];
}
