import type { IssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import type { TicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { runJob } from '#core/runs/job-run.ts';
import type { Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { contentSha } from '#core/tickets/text/content-sha.ts';
import type { Ticket } from '#core/tickets/ticket.ts';
import { JOB_OF_TASK, type TicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import type { IssueDeps } from '#functions/ticket-issues/issue-deps.ts';
import { runIssues } from '#functions/ticket-issues/run-issues.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { createVirtualClock, settle, type VirtualClock } from '#test/virtual-clock.ts';

/** A Tuesday. */
export const NOON = Date.parse('2025-11-11T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A ticket of a test: what it says, who wrote it and when. */
export type Written = {
  readonly text: string;
  readonly at: number;
  readonly requester?: string;
  readonly status?: Ticket['status'];
};

type RunOptions = {
  readonly trigger?: RunTrigger;
  readonly runId?: string;
  readonly remainingMs?: () => number;
};

/** The function over the memory fakes: tickets are put into the store as a sync would have. */
export function createIssueWorld(over: Partial<IssueDeps> = {}) {
  const clock = createVirtualClock(NOON);
  const memory = createMemoryTable();
  const stores = {
    ...createMemoryTicketStores(memory, 'atom'),
    ...createMemoryIssueStores(memory, 'atom'),
    jobs: createMemoryJobStore(memory),
    runs: createMemoryRunStore(memory),
  };
  const events: WebhookEvent[] = [];
  const lines: LogLine[] = [];
  const wentOn: string[] = [];
  const deps: IssueDeps = {
    ...stores,
    ...{ now: clock.now, sleep: clock.sleep, log: recordingLog(lines) },
    outbox: { send: async (event) => void events.push(event) },
    settings: { subdomain: 'atom', resolution: 2, minRequesters: 3 },
    label: async () => new Map(),
    ...over,
  };
  const pass = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over_ = () => {
      isOver = true;
    };
    promise.then(over_, over_);
    for (;;) {
      for (let turn = 0; turn < 4 && !isOver; turn += 1) await settle();
      if (isOver) return promise;
      await clock.advance(250);
    }
  };
  const run = (parameters: Partial<TicketParameters> = {}, options: RunOptions = {}): Promise<Run> => {
    const asked = { task: 'sync', ...parameters } as TicketParameters;
    const { trigger = 'schedule', runId = newRunId(clock.now(), Math.random) } = options;
    const jobDeps = {
      ...stores,
      ...{ now: clock.now, sleep: clock.sleep, log: recordingLog(lines), limits: TICKET_RUN_LIMITS },
      remainingMs: options.remainingMs ?? (() => 900_000),
      continueInNewInvocation: async (id: string) => void wentOn.push(id),
    };
    const request = { job: JOB_OF_TASK[asked.task], runId, trigger, enabled: true };
    return pass(
      runJob(jobDeps, { ...request, ...ticketTerms(asked, { trigger }) }, (context) =>
        runIssues(deps, context, asked),
      ),
    );
  };
  return {
    ...{ clock, memory, stores, deps, events, lines, wentOn, pass, run },
    ...ticketsOf(stores, clock),
    ...readersOf(stores),
  };
}

type Stores = TicketStores & IssueStores;

function ticketsOf({ tickets, syncStates }: Stores, clock: VirtualClock) {
  const put = async (id: string, { text, at, requester = id, status = 'open' }: Written) => {
    const said = { subject: '', body: text };
    await tickets.change(id, (before) =>
      received(
        before,
        {
          ...{ id, createdAt: at, updatedAt: at, status, channel: 'email', tags: [], ...said },
          ...{ priority: null, type: null, brandId: null, formId: null, mergedInto: null },
          ...{ requesterHash: requester, isFiltered: false, isTruncated: false, isScrubbed: false },
          ...{ isEmpty: text === '', contentSha: contentSha(said) },
          generatedAt: at + (before?.revision ?? 0) * 1_000,
        },
        { fence: 0, now: clock.now() },
      ),
    );
  };
  return {
    put,
    /** Many tickets, each of somebody else. */
    async putAll(written: Readonly<Record<string, Written>>) {
      for (const [id, one] of Object.entries(written)) await put(id, one);
    },
    delete: (id: string, at: number) => put(id, { text: '', at, status: 'deleted' }),
    /** The sync was at its end just now. */
    synced: () =>
      syncStates.write(
        {
          ...{ subdomain: 'atom', startTime: 0, requestTimes: [], failedTickets: [] },
          completedAt: clock.now(),
        },
        1_000,
      ),
  };
}

function readersOf({ generations }: Stores) {
  const current = async () => {
    const generation = await generations.current();
    if (!generation) throw new Error('There is no generation.');
    return generation;
  };
  return {
    current,
    issues: async () => generations.readIssues(await current()),
    /** All grouped tickets, by id. */
    grouped: async () => {
      const generation = await current();
      const days = await generations.readDays(generation, generation.days.keys());
      return new Map([...days.values()].flatMap(({ tickets }) => tickets.map((one) => [one.id, one])));
    },
  };
}

const TOPICS = [
  'The export of the monthly report fails with an error message',
  'How do I change the password of my account, the page is gone',
  'The invoice of last month shows the wrong amount of tax',
  'Dark colours of the dashboard cannot be read on my phone',
];

/** A month of quiet: a few tickets of each topic a day, each of somebody else, the last one a day old. */
export function quietMonth(days = 35): Record<string, Written> {
  const written: Record<string, Written> = {};
  for (let day = 1; day <= days; day += 1) {
    TOPICS.forEach((topic, n) => {
      const id = String(day * 100 + n);
      const at = NOON - day * DAY + n * 3 * HOUR;
      written[id] = { text: topic, at, requester: `someone ${id}` };
    });
  }
  return written;
}

/** So many people who write the same in one hour. */
export function burst(
  count: number,
  at: number,
  text = 'The login page says error 500 since today',
): Record<string, Written> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      String(900_000 + n),
      { text, at: at + n * MINUTE, requester: `hit ${n}` },
    ]),
  );
}
