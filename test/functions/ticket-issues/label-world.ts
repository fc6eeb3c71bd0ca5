import { createClaude as createClient } from '#adapters/claude/client.ts';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import type { RunNote } from '#core/runs/run.ts';
import type { LabelContext, LabelDeps, LabelSettings } from '#functions/ticket-issues/label-deps.ts';
import { labelIssues } from '#functions/ticket-issues/label-issues.ts';
import { createClaude } from '#local/claude/claude.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { dayOf, issueOf } from '#test/functions/core/issues/labels/an-issue.ts';
import { createGate, type Life } from '#test/functions/ticket-analysis/mortal-process.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';

export const START = Date.parse('2026-11-27T12:00:00Z');
export const RUN = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';
const USD = 1_000_000;
const WORDS = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima'.split(' ');

/** So many issues with three statements each, the first ranked highest. */
export function someIssues(count: number) {
  const cases = Array.from({ length: count }, (_, n) => {
    const thing = `${WORDS[n % WORDS.length]} ${WORDS[Math.floor(n / WORDS.length) % WORDS.length]}`;
    const statements = [`The ${thing} report fails`, `Report ${thing} hangs`, `No ${thing} report is shown`];
    return issueOf(`I${String(n).padStart(3, '0')}`, statements, { score: count - n });
  });
  return { issues: cases.map(({ issue }) => issue), days: [dayOf(cases.flatMap(({ tickets }) => tickets))] };
}

/** Everything around the stage: Claude, the stores, the clock, and what the run was told. */
function openSystems(settings: Partial<LabelSettings>) {
  const clock = createVirtualClock(START);
  const sleep = (ms: number) => clock.sleep(ms);
  const claude = createClaude({ now: clock.now, sleep, keptBodies: 1_000 });
  const memory = createMemoryTable();
  const { ledger, batches } = createMemoryTicketStores(memory, 'acme');
  const { records } = createMemoryIssueStores(memory, 'acme');
  const lines: LogLine[] = [];
  const world = {
    ...{ notes: [] as RunNote[], stages: [] as string[], counts: {} as Record<string, number>, advanced: 0 },
    ...{ fence: 0, apiKey: claude.apiKey, aborting: new AbortController(), fetch: claude.fetch },
    remainingMs: 840_000,
  };
  return { settings, clock, sleep, claude, ledger, batches, records, lines, world };
}

type Systems = ReturnType<typeof openSystems>;

function depsOf({ settings, clock, sleep, ledger, batches, records, lines, world }: Systems): LabelDeps {
  return {
    ...{ records, ledger, batches, log: recordingLog(lines), now: clock.now, sleep, random: () => 0.5 },
    settings: {
      ...{ model: 'claude-sonnet-5-5', effort: 'low' },
      limits: { perDay: 2 * USD, perMonth: 20 * USD, perRun: 2 * USD },
      ...settings,
    },
    openClaude: async () => {
      const { apiKey } = world;
      if (apiKey === '') return undefined;
      const remainingMs = () => world.remainingMs;
      const fetch: typeof globalThis.fetch = (...args) => world.fetch(...args);
      return createClient({
        apiKey,
        baseUrl: 'http://claude.test',
        fetch,
        now: clock.now,
        sleep,
        remainingMs,
      });
    },
  };
}

/** The run of an invocation that begins now. */
function contextOf({ clock, world }: Systems): LabelContext {
  world.fence += 1;
  const begunAt = clock.now();
  return {
    runId: RUN,
    lease: { fence: world.fence } as LabelContext['lease'],
    remainingMs: () => world.remainingMs - (clock.now() - begunAt),
    signal: world.aborting.signal,
    enter: (stage) => void world.stages.push(stage),
    note: (note) => void world.notes.push(note),
    advanced: () => {
      world.advanced += 1;
    },
  };
}

/** The stage on the real SDK, the Claude stand-in and the memory fakes, under a clock of its own. */
export function createLabelWorld(settings: Partial<LabelSettings> = {}) {
  const systems = openSystems(settings);
  const { clock, claude, ledger, batches, records, world } = systems;
  const label = async (
    input: ReturnType<typeof someIssues>,
    more: Partial<LabelDeps> = {},
    seconds = 3_600,
  ) => {
    const count = (name: string, by: number) => {
      world.counts[name] = (world.counts[name] ?? 0) + by;
    };
    const facts = await records.allFacts();
    const deps = { ...depsOf(systems), ...more };
    return pass(clock, labelIssues(deps, contextOf(systems), { ...input, facts, count }), seconds);
  };
  /** The stage in a process that dies. @returns the calls that left it */
  const kill = async (input: ReturnType<typeof someIssues>, dies: Life['dies']): Promise<string[]> => {
    const calls: string[] = [];
    const gate = createGate(dies ? { dies } : {}, calls);
    world.fetch = gate('claude', { fetch: claude.fetch }).fetch;
    const mortal = { records: gate('records', records), ledger: gate('ledger', ledger) };
    await label(input, { ...mortal, batches: gate('batches', batches) }, 90).catch(() => undefined);
    world.fetch = claude.fetch;
    return calls;
  };
  return { ...systems, label, kill };
}

/** Lets the clock go on, a second after the other, until the work has ended. */
async function pass<T>(
  clock: ReturnType<typeof createVirtualClock>,
  work: Promise<T>,
  seconds: number,
): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let second = 0; !isOver && second < seconds; second += 1) {
    for (let turn = 0; turn < 12 && !isOver; turn += 1) await settle();
    if (!isOver) await clock.advance(1_000);
  }
  if (!isOver) throw new Error('The stage never ended.');
  return work;
}
