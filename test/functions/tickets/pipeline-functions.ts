import type { Metrics } from '@aws-lambda-powertools/metrics';
import { createClaude as createClient } from '#adapters/claude/client.ts';
import type { IssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import type { TicketJobStores } from '#adapters/dynamodb/ticket-job-stores.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import type { LambdaFunction } from '#adapters/lambda/lambda-function.ts';
import type { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { createZendesk as createAdapter } from '#adapters/zendesk/zendesk.ts';
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
import type { createClaude } from '#local/claude/claude.ts';
import type { ClaudeOptions } from '#local/claude/options.ts';
import { DEFAULT_API_TOKEN, DEFAULT_CLIENT } from '#local/zendesk/account.ts';
import type { createZendesk, ZendeskOptions } from '#local/zendesk/zendesk.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import type { VirtualClock } from '#test/virtual-clock.ts';
import type { Books } from './books.ts';
import type { IssueBooks } from './issue-books.ts';
import type { Life } from './life.ts';

export const SUBDOMAIN = 'atom';
/** What an invocation has of its 15 minutes. */
const INVOCATION_MS = 15 * 60_000;
const DAY = 86_400_000;

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
  /** Default noon of 2026-11-27. */
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

/** What is around the functions. */
type Surroundings = {
  readonly options: PipelineOptions;
  readonly random: Random;
  readonly settings: AnalysisSettings;
  readonly clock: VirtualClock;
  readonly stores: TicketJobStores & IssueStores;
  readonly poll: ReturnType<typeof createMemoryBatchPoll>;
  readonly lines: LogLine[];
  readonly events: WebhookEvent[];
  readonly queue: Invocation[];
  readonly zendesk: ReturnType<typeof createZendesk>;
  readonly claude: ReturnType<typeof createClaude>;
  readonly books: Pick<Books, 'watch' | 'fetchOf'>;
  readonly issueBooks: Pick<IssueBooks, 'watch'>;
};

/** The functions of the tickets, composed as their handlers are. */
export class PipelineFunctions {
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  /** The handler of a function in the process that lives this life. */
  handlerOf(by: FunctionName, life: Life) {
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
    const ends = this.#world.clock.now() + INVOCATION_MS;
    const { sleep } = life.gate('clock', { sleep: this.#world.clock.sleep });
    const clock = {
      now: this.#world.clock.now,
      sleep,
      random: this.#world.random,
      remainingMs: () => ends - this.#world.clock.now(),
    };
    const log = recordingLog(this.#world.lines) as LambdaFunction['log'];
    return { log, metrics: NO_METRICS, clock, handle: (work) => (event) => work(event) };
  }

  #mortalStores(life: Life) {
    const { tickets, syncStates, batches, ledger, jobs, runs, generations, records } = this.#world.stores;
    return {
      tickets: mortalTickets(life, this.#world.books.watch(tickets)),
      generations: life.gate('generations', this.#world.issueBooks.watch(generations)),
      records: life.gate('records', records),
      syncStates: life.gate('syncStates', syncStates),
      batches: life.gate('batches', batches),
      ledger: life.gate('ledger', ledger),
      jobs: life.gate('jobs', jobs),
      runs: life.gate('runs', runs),
      poll: life.gate('poll', this.#world.poll),
    };
  }

  #invoker(life: Life, by: FunctionName): (event: FunctionEvent) => Promise<void> {
    return life.gate('lambda', {
      invoke: async (event: FunctionEvent) => void this.#world.queue.push({ by, event }),
    }).invoke;
  }

  #outbox(life: Life) {
    return life.gate('outbox', { send: async (event: WebhookEvent) => void this.#world.events.push(event) });
  }

  #syncFunction(life: Life) {
    const lambda = this.#lambda(life);
    const stores = this.#mortalStores(life);
    const { fetch } = life.gate('zendesk', { fetch: this.#world.zendesk.fetch });
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
    const { pageSize = 1000, text = 'first', backfillDays = 30 } = this.#world.options;
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
    const { fetch } = life.gate('claude', { fetch: this.#world.books.fetchOf(life) });
    const invokeSelf = this.#invoker(life, 'ticket-analysis');
    const after = createAfterAnalysis({
      ...stores,
      invokeSelf,
      outbox: this.#outbox(life),
      now: clock.now,
      log,
    });
    const { apiKey } = this.#world.claude;
    const { hasKey = true } = this.#world.options;
    const openClaude = async () =>
      hasKey ? createClient({ apiKey, baseUrl: 'http://claude.test', fetch, ...clock }) : undefined;
    const { settings } = this.#world;
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
    const settings = { subdomain: SUBDOMAIN, resolution: 2, minRequesters: 3, ...this.#world.options.issues };
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
