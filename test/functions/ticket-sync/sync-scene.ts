import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import type { TicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { createZendesk as createAdapter, type ZendeskDeps } from '#adapters/zendesk/zendesk.ts';
import type { Log } from '#core/log.ts';
import { type JobRunDeps, type RunRequest, runJob } from '#core/runs/job-run.ts';
import type { Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { JOB_OF_TASK, readTicketParameters, TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import type { SyncDeps } from '#functions/ticket-sync/sync-session.ts';
import { createTicketSync, type TicketSync } from '#functions/ticket-sync/sync-tickets.ts';
import { DEFAULT_API_TOKEN, DEFAULT_CLIENT } from '#local/zendesk/account.ts';
import { createZendesk, type ZendeskCore, type ZendeskOptions } from '#local/zendesk/zendesk.ts';
import { createVirtualClock, settle, type VirtualClock } from '#test/virtual-clock.ts';

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

export type Scene = ReturnType<typeof createScene>;

/** A whole ticket sync: the simulator behind the true adapter, in-memory stores, and a clock that tests move. */
export function createScene(options: SceneOptions = {}) {
  const clock = createVirtualClock(NOW);
  const settings = { accountPerMinute: 'off' as const, ...options.zendesk?.settings };
  const sim = createZendesk({ now: clock.now, sleep: clock.sleep, ...options.zendesk, settings });
  const table = createMemoryTable();
  const subdomain = options.settings?.subdomain ?? 'atom';
  const stores = createMemoryTicketStores(table, subdomain);
  const records = recorder();
  const { invoke, end, wentOn, remainingMs, jobs, runs } = invoker(clock, table, options.invocationMs);
  const zendesk = adapterTo(sim, clock, { subdomain, log: records.log, remainingMs, ...options.adapter });
  const deps = {
    ...settingsOf(subdomain),
    ...recorded(stores, records),
    ...{ zendesk, now: clock.now, sleep: clock.sleep, log: records.log },
    analyse: async (event: unknown) => void records.analysed.push(event),
    assign: async (event: unknown) => void records.assigned.push(event),
    ...options.settings,
  };
  const sync = createTicketSync(deps);
  const begin = (runOptions: RunOptions, runId = runOptions.runId ?? newRunId(clock.now(), Math.random)) =>
    passTime(clock, invoke(sync, runId, runOptions));
  return {
    ...{ clock, sim, table, stores, deps, zendesk, sync, wentOn, jobs, runs },
    ...records,
    ...readers(stores, table, subdomain),
    exportCalls: () => sim.stats.byRoute.incremental_tickets ?? 0,
    /** One invocation, without those that follow. */
    invoke: (runOptions: RunOptions = {}) => begin(runOptions),
    /** A run over all its invocations; one by hand ends where issues are made, which is nothing here. */
    async run(runOptions: RunOptions = {}): Promise<Run> {
      let run = await begin(runOptions);
      while (wentOn.length > 0) run = await begin(runOptions, wentOn.shift());
      return run.stage === TicketStage.assign ? passTime(clock, end(run)) : run;
    },
  };
}

/** Tests may put something in between. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a scene writes down. */
function recorder() {
  const lines: { readonly level: string; readonly message: string; readonly facts: unknown }[] = [];
  const line = (level: string) => (message: string, facts?: unknown) =>
    void lines.push({ level, message, facts });
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return {
    lines,
    log,
    stateWrites: [] as string[],
    ticketWrites: [] as string[],
    analysed: [] as unknown[],
    assigned: [] as unknown[],
  };
}

/** The stores, whose writes are written down. */
function recorded(
  { tickets, syncStates }: TicketStores,
  { ticketWrites, stateWrites }: Pick<ReturnType<typeof recorder>, 'ticketWrites' | 'stateWrites'>,
): { tickets: Mutable<SyncDeps['tickets']>; syncStates: Mutable<SyncDeps['syncStates']> } {
  return {
    tickets: {
      ...tickets,
      change: (id, transition, known) =>
        tickets.change(
          id,
          (before) => {
            const taken = transition(before);
            if (taken.next) ticketWrites.push(id);
            return taken;
          },
          known,
        ),
    },
    syncStates: {
      ...syncStates,
      write: async (state, fence) => {
        stateWrites.push(state.cursor ?? '');
        await syncStates.write(state, fence);
      },
    },
  };
}

function settingsOf(subdomain: string) {
  return {
    subdomain,
    requesterKey: async () => 'a key of sixteen characters',
    backfillMs: 30 * DAY,
    pageSize: 1000,
    requestsPerMinute: 10,
    rawRetentionMs: 90 * DAY,
    text: 'first' as const,
    selection: { brands: new Set<string>(), forms: new Set<string>(), excludedTags: new Set<string>() },
  };
}

function adapterTo(
  sim: ZendeskCore,
  clock: VirtualClock,
  { subdomain, ...options }: Partial<ZendeskDeps> & { readonly subdomain: string; readonly log: Log },
) {
  const credentials = {
    client_id: DEFAULT_CLIENT.clientId,
    client_secret: DEFAULT_CLIENT.clientSecret,
    email: DEFAULT_API_TOKEN.email,
    api_token: DEFAULT_API_TOKEN.apiToken,
  };
  return createAdapter({
    ...{ baseUrl: `https://${subdomain}.zendesk.com`, auth: 'oauth', credentials: async () => credentials },
    ...{ fetch: sim.fetch, now: clock.now, sleep: clock.sleep, random: () => 0.5 },
    ...options,
  });
}

/** Invokes the function as Lambda does: for so long, and again where a run asks for it. */
function invoker(
  clock: VirtualClock,
  table: ReturnType<typeof createMemoryTable>,
  invocationMs = 10 * MINUTE,
) {
  const jobs = createMemoryJobStore(table);
  const runs = createMemoryRunStore(table);
  const wentOn: string[] = [];
  let ends = Number.POSITIVE_INFINITY;
  const remainingMs = () => ends - clock.now();
  const silent = () => {};
  const deps: JobRunDeps = {
    ...{ jobs, runs, now: clock.now, sleep: clock.sleep, remainingMs, limits: TICKET_RUN_LIMITS },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    continueInNewInvocation: async (runId) => void wentOn.push(runId),
  };
  const invoke = (sync: TicketSync, runId: string, { trigger = 'manual', ...options }: RunOptions) => {
    const parameters = readTicketParameters(options.event ?? {});
    const { scheduledAt } = options;
    const terms = ticketTerms(parameters, { trigger, ...(scheduledAt !== undefined && { scheduledAt }) });
    ends = clock.now() + invocationMs;
    const job = JOB_OF_TASK[parameters.task];
    const request = { job, runId, trigger, enabled: true, ...terms, ...options.request };
    return runJob(deps, request, (context) => sync.sync(context, parameters));
  };
  const end = ({ job, runId, trigger }: Run) =>
    runJob(deps, { job, runId, trigger, enabled: true, worker: TICKET_WORKER }, async () => ({}));
  return { invoke, end, wentOn, remainingMs, jobs, runs };
}

/** Lets time run until the promise ends. */
async function passTime<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
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

function readers(
  { tickets, syncStates }: TicketStores,
  table: ReturnType<typeof createMemoryTable>,
  subdomain: string,
) {
  const entry = (id: number): Promise<TicketEntry | undefined> => tickets.get(String(id));
  return {
    state: () => syncStates.read(subdomain),
    entry,
    async live(id: number): Promise<LiveTicket> {
      const found = await entry(id);
      if (found?.kind !== 'live') throw new Error(`Ticket ${id} is not live.`);
      return found;
    },
    /** All entries, in no order. */
    entries: () => [...table.tickets.values()].flatMap((kept) => (kept.entry ? [kept.entry] : [])),
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

/** A scene whose tickets are in. */
export async function synced(count = 5, options: SceneOptions = {}): Promise<Scene> {
  const scene = createScene({ ...options, zendesk: { tickets: smallTickets(count), ...options.zendesk } });
  await scene.run();
  return scene;
}

/** Does something at Zendesk, and syncs when the export shows it. */
export async function thenSync(scene: Scene, ...operations: Parameters<Scene['sim']['operate']>[0][]) {
  for (const operation of operations) scene.sim.operate(operation);
  await scene.clock.advance(2 * MINUTE);
  scene.ticketWrites.length = 0;
  return scene.run();
}
