import type { Context } from 'aws-lambda';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { itemName } from '#adapters/dynamodb/table/table.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import type { JobAnswer } from '#adapters/lambda/job-handler.ts';
import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import type { Random } from '#core/time/clock.ts';
import type { AnalysisSettings } from '#functions/ticket-analysis/analysis-deps.ts';

import { createClaude } from '#local/claude/claude.ts';
import { createZendesk } from '#local/zendesk/zendesk.ts';
import type { LogLine } from '#test/functions/admin-api/recording-log.ts';
import { SETTINGS } from '#test/functions/ticket-analysis/analysis-world.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';
import { Books } from './books.ts';
import { IssueBooks } from './issue-books.ts';
import { type Fate, Life } from './life.ts';
import { type Invocation, PipelineFunctions, type PipelineOptions, SUBDOMAIN } from './pipeline-functions.ts';

export const NOON = Date.parse('2026-11-27T12:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Turns of the event loop before time moves on: answers that are there already come first. */
const TURNS = 3;
const MAX_IDLE_TURNS = 20_000;

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
  readonly issueBooks = new IssueBooks(this.stores.records);
  /** May be changed between invocations. */
  settings: AnalysisSettings;
  readonly options: PipelineOptions;
  readonly random: Random;
  readonly #functions = new PipelineFunctions(this);

  constructor(options: PipelineOptions = {}) {
    this.clock = createVirtualClock(options.startAt ?? NOON);
    const { now, sleep } = this.clock;
    this.options = options;
    this.random = options.random ?? (() => 0.5);
    this.settings = { ...SETTINGS, ...options.settings };
    this.zendesk = createZendesk({ now, sleep, tickets: [], ...options.zendesk });
    this.claude = createClaude({ now, sleep: (ms) => sleep(ms), ...options.claude });
    this.books = new Books(this);
  }

  /** Runs an invocation to its end, or to that of its process; time has to {@link pass}. Undefined: it died. */
  async invoke({ by, event }: Invocation, fate?: Fate): Promise<JobAnswer | undefined> {
    const life = new Life(this.clock, fate);
    const handler = this.#functions.handlerOf(by, life);
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
}

/** The memory store's keys are subdomain and id as JSON. */
function idOf(key: string): string {
  return (JSON.parse(key) as readonly [string, string])[1];
}
