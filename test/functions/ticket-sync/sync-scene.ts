import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import { createZendesk as createAdapter, type ZendeskDeps } from '#adapters/zendesk/zendesk.ts';
import type { Log } from '#core/log.ts';
import { type RunRequest, runJob } from '#core/runs/job-run.ts';
import type { Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import type { SyncDeps } from '#functions/ticket-sync/sync-session.ts';
import { createTicketSync } from '#functions/ticket-sync/sync-tickets.ts';
import { DEFAULT_API_TOKEN, DEFAULT_CLIENT } from '#local/zendesk/account.ts';
import { createZendesk, type ZendeskOptions } from '#local/zendesk/zendesk.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';

export const NOW = Date.parse('2026-11-27T10:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Turns of the event loop before time moves on: answers that are there already come first. */
const TURNS = 4;
const STEP_MS = 250;

export type SceneOptions = {
  readonly zendesk?: ZendeskOptions;
  /** What differs from the settings' defaults. */
  readonly settings?: Partial<SyncDeps>;
  readonly adapter?: Partial<ZendeskDeps>;
  /** How long one invocation lasts. Default 10 minutes. */
  readonly invocationMs?: number;
};

export type RunOptions = {
  readonly trigger?: RunTrigger;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly scheduledAt?: number;
  readonly runId?: string;
  readonly request?: Partial<RunRequest>;
};

/** A whole ticket sync: the simulator behind the true adapter, in-memory stores, and a clock that tests move. */
export function createScene(options: SceneOptions = {}) {
  const clock = createVirtualClock(NOW);
  const sim = createZendesk({
    now: clock.now,
    sleep: clock.sleep,
    ...options.zendesk,
    settings: { accountPerMinute: 'off', ...options.zendesk?.settings },
  });
  const table = createMemoryTable();
  const subdomain = options.settings?.subdomain ?? 'atom';
  const stores = createMemoryTicketStores(table, subdomain);
  const jobs = createMemoryJobStore(table);
  const runs = createMemoryRunStore(table);
  const lines: { readonly level: string; readonly message: string; readonly facts: unknown }[] = [];
  const line = (level: string) => (message: string, facts?: unknown) =>
    void lines.push({ level, message, facts });
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const stateWrites: number[] = [];
  const ticketWrites: string[] = [];
  const analysed: unknown[] = [];
  let invocationEnds = Number.POSITIVE_INFINITY;
  const remainingMs = () => invocationEnds - clock.now();
  const credentials = {
    client_id: DEFAULT_CLIENT.clientId,
    client_secret: DEFAULT_CLIENT.clientSecret,
    email: DEFAULT_API_TOKEN.email,
    api_token: DEFAULT_API_TOKEN.apiToken,
  };
  const zendesk = createAdapter({
    baseUrl: `https://${subdomain}.zendesk.com`,
    auth: 'oauth',
    credentials: async () => credentials,
    fetch: sim.fetch,
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    log,
    remainingMs,
    ...options.adapter,
  });
  const deps = {
    tickets: {
      ...stores.tickets,
      change: ((id, transition, known) =>
        stores.tickets.change(
          id,
          (before) => {
            const taken = transition(before);
            if (taken.next) ticketWrites.push(id);
            return taken;
          },
          known,
        )) as typeof stores.tickets.change,
    },
    syncStates: {
      ...stores.syncStates,
      write: async (...args: Parameters<typeof stores.syncStates.write>) => {
        stateWrites.push(clock.now());
        await stores.syncStates.write(...args);
      },
    },
    zendesk,
    requesterKey: async () => 'a key of sixteen characters',
    subdomain,
    backfillMs: 30 * DAY,
    pageSize: 1000,
    requestsPerMinute: 10,
    rawRetentionMs: 90 * DAY,
    text: 'first' as const,
    selection: { brands: new Set<string>(), forms: new Set<string>(), excludedTags: new Set<string>() },
    now: clock.now,
    sleep: clock.sleep,
    log,
    analyse: async (event: unknown) => void analysed.push(event),
    ...options.settings,
  };
  const sync = createTicketSync(deps);
  const wentOn: string[] = [];

  const invoke = (runId: string, { trigger = 'manual', event = {}, scheduledAt, request }: RunOptions) => {
    const parameters = readTicketParameters(event);
    invocationEnds = clock.now() + (options.invocationMs ?? 10 * MINUTE);
    return runJob(
      {
        jobs,
        runs,
        now: clock.now,
        sleep: clock.sleep,
        log,
        remainingMs,
        limits: TICKET_RUN_LIMITS,
        continueInNewInvocation: async (id) => void wentOn.push(id),
      },
      {
        job: JOB_OF_TASK[parameters.task],
        runId,
        trigger,
        enabled: true,
        ...ticketTerms(parameters, { trigger, ...(scheduledAt !== undefined && { scheduledAt }) }),
        ...request,
      },
      (context) => sync.sync(context, parameters),
    );
  };

  /** Lets time run until the promise ends. */
  async function pass<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    for (;;) {
      for (let turn = 0; turn < TURNS; turn += 1) await settle();
      if (isOver) return promise;
      await clock.advance(STEP_MS);
    }
  }

  return {
    clock,
    sim,
    table,
    stores,
    jobs,
    runs,
    deps,
    zendesk,
    sync,
    lines,
    stateWrites,
    ticketWrites,
    analysed,
    wentOn,
    pass,
    /** One invocation, without those that follow. */
    invoke: (runOptions: RunOptions = {}) =>
      pass(invoke(runOptions.runId ?? newRunId(clock.now(), Math.random), runOptions)),
    /** A run over all its invocations. */
    async run(runOptions: RunOptions = {}): Promise<Run> {
      const runId = runOptions.runId ?? newRunId(clock.now(), Math.random);
      let run = await pass(invoke(runId, runOptions));
      while (wentOn.length > 0) {
        wentOn.length = 0;
        run = await pass(invoke(runId, runOptions));
      }
      return run;
    },
    state: () => stores.syncStates.read(subdomain),
    entry: (id: number): Promise<TicketEntry | undefined> => stores.tickets.get(String(id)),
    async live(id: number): Promise<LiveTicket> {
      const entry = await stores.tickets.get(String(id));
      if (entry?.kind !== 'live') throw new Error(`Ticket ${id} is not live.`);
      return entry;
    },
    /** All entries by id. */
    entries: () => [...table.tickets.values()].flatMap(({ entry }) => (entry ? [entry] : [])),
    exportCalls: () => sim.stats.byRoute.incremental_tickets ?? 0,
  };
}

/** Unix seconds, so long before {@link NOW}. */
export function ago(ms: number): number {
  return Math.floor((NOW - ms) / 1000);
}

/** So many small tickets, a second apart, the newest an hour old. */
export function smallTickets(count: number, fields: (index: number) => Record<string, unknown> = () => ({})) {
  return Array.from({ length: count }, (_, index) => {
    const at = ago(HOUR) - count + index;
    const iso = new Date(at * 1000).toISOString();
    return {
      id: index + 1,
      subject: `Ticket ${index + 1} cannot export`,
      description: `The export of report ${index + 1} fails.`,
      created_at: iso,
      updated_at: iso,
      generated_timestamp: at,
      ...fields(index),
    };
  });
}

export type Scene = ReturnType<typeof createScene>;

/** Does something at Zendesk, and syncs when the export shows it. */
export async function thenSync(scene: Scene, ...operations: Parameters<Scene['sim']['operate']>[0][]) {
  for (const operation of operations) scene.sim.operate(operation);
  await scene.clock.advance(2 * MINUTE);
  scene.ticketWrites.length = 0;
  return scene.run();
}

/** A scene whose tickets are in. */
export async function synced(count = 5, options: SceneOptions = {}) {
  const scene = createScene({ ...options, zendesk: { tickets: smallTickets(count), ...options.zendesk } });
  await scene.run();
  return scene;
}
