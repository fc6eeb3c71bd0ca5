import type { Line } from '#bench/report/line.ts';
import type { TicketMeasurement } from './ticket-process.ts';

/** What was measured, each over all of the tickets. */
export type Measured = {
  readonly tickets: number;
  /** How long the Claude stand-in waits before an answer. */
  readonly latencyMs: number;
  readonly bare: TicketMeasurement;
  readonly sync: TicketMeasurement;
  readonly direct: TicketMeasurement;
  readonly quiet: TicketMeasurement;
  /** The sync at the limit of calls a minute. */
  readonly paced: TicketMeasurement;
  readonly batch: TicketMeasurement;
};

// The targets of the contract for the tickets (§9.5), for 10,000 of them.
const MAX_SYNC_SECONDS = 20;
const MAX_PACED_SECONDS = 75;
const MAX_DIRECT_SECONDS = 120;
const MAX_BATCH_SECONDS = 60;
const MAX_MEMORY_MB = 512;
const MAX_DIRECT_USD = 0.5;
const MAX_BATCH_USD = 0.25;
/** Requests to Claude that are under way at once: see `analyse-directly.ts`. */
const REQUESTS_AT_ONCE = 50;
const MICRO = 1_000_000;
/** Partitions of a run's own record and lease. */
const OF_THE_RUN = new Set(['RUNS', 'JOB']);

/** The first sync, without a limit. */
export function syncLines({ tickets, sync, bare }: Measured): Line[] {
  const what = `first sync of ${number(tickets)} tickets`;
  return [
    {
      what,
      measured: seconds(sync.ms),
      floor: `${seconds(bare.ms)}, bare PutItem loop`,
      ratio: (sync.ms / bare.ms).toFixed(2),
      target: atMost(sync.ms / 1000, MAX_SYNC_SECONDS, 's'),
    },
    {
      what: `${what}: CPU of the syncing process`,
      measured: seconds(sync.cpuMs),
      floor: `${seconds(bare.cpuMs)}, bare PutItem loop`,
      ratio: (sync.cpuMs / bare.cpuMs).toFixed(2),
    },
    {
      what: `${what}: calls and writes`,
      measured: `${number(exportsOf(sync))} exports, ${number(sync.writes.TICKET ?? 0)} writes of tickets`,
      floor: `${number(2 * tickets)}, text and entry`,
      ratio: `beside them ${writesBeside(sync, new Set(['TICKET']))}`,
    },
    memoryLine(what, sync),
  ];
}

/** The same at the limit, which has to be kept; `ours` is what we take of it. */
export function pacedLines(
  { tickets, paced }: Measured,
  { perMinute, ours }: { readonly perMinute: number; readonly ours: number },
): Line[] {
  const what = `first sync of ${number(tickets)} tickets at ${perMinute} calls a minute`;
  const calls = exportsOf(paced);
  const minutes = Math.floor((calls - 1) / ours);
  return [
    {
      what,
      measured: `${seconds(paced.ms)}, ${calls} exports`,
      floor: `${(60 * minutes).toFixed(0)} s, the minutes that have to pass`,
      target: atMost(paced.ms / 1000, MAX_PACED_SECONDS, 's'),
    },
    {
      what: `${what}: the busiest minute`,
      measured: `${paced.maxExportsPerMinute} exports`,
      target: { shown: `≤ ${perMinute}`, value: paced.maxExportsPerMinute, limit: perMinute },
    },
  ];
}

/** An hourly run where nothing has changed. */
export function quietLines({ quiet, sync }: Measured): Line[] {
  const what = 'hourly run, nothing changed';
  const zendesk = callsOf(quiet.zendeskCalls);
  const claude = callsOf(quiet.claudeCalls);
  const others = Object.entries(quiet.writes).filter(([kind]) => !OF_THE_RUN.has(kind));
  const written = others.reduce((total, [, count]) => total + count, 0);
  return [
    { what, measured: seconds(quiet.ms), floor: `${seconds(sync.ms)}, first sync` },
    {
      what: `${what}: calls of Zendesk`,
      measured: String(zendesk),
      target: { shown: '≤ 1', value: zendesk, limit: 1 },
    },
    {
      what: `${what}: calls of Claude`,
      measured: String(claude),
      target: { shown: '0', value: claude, limit: 0 },
    },
    {
      what: `${what}: writes`,
      measured: String(written),
      ratio: `beside them ${writesBeside(quiet, new Set(others.map(([kind]) => kind)))}`,
      target: { shown: '0', value: written, limit: 0 },
    },
  ];
}

/** The analysis, directly and in batches. */
export function analysisLines({ tickets, latencyMs, direct, batch }: Measured): Line[] {
  const directly = `${number(tickets)} tickets analysed directly, answers after ${latencyMs} ms`;
  const batched = `${number(tickets)} tickets analysed in batches`;
  const answersMs = (tickets / REQUESTS_AT_ONCE) * latencyMs;
  const busyMs = batch.ms - batch.waitedMs;
  return [
    {
      what: directly,
      measured: seconds(direct.ms),
      floor: `${seconds(answersMs)}, the answers alone at ${REQUESTS_AT_ONCE} at once`,
      ratio: (direct.ms / answersMs).toFixed(2),
      target: atMost(direct.ms / 1000, MAX_DIRECT_SECONDS, 's'),
    },
    memoryLine(directly, direct),
    costLine(directly, direct, MAX_DIRECT_USD),
    {
      what: `${batched}: asked for and collected`,
      measured: `${seconds(busyMs)}, and ${seconds(batch.waitedMs)} of waiting`,
      floor: `${seconds(batch.cpuMs)}, CPU of the analysing process`,
      target: atMost(busyMs / 1000, MAX_BATCH_SECONDS, 's'),
    },
    memoryLine(batched, batch),
    costLine(batched, batch, MAX_BATCH_USD),
  ];
}

function memoryLine(what: string, { rssMb }: TicketMeasurement): Line {
  return {
    what: `${what}: peak RSS`,
    measured: `${rssMb.toFixed(0)} MB`,
    target: atMost(rssMb, MAX_MEMORY_MB, 'MB'),
  };
}

/** By the usage that Claude counted in its answers, at the price list. */
function costLine(what: string, { counts }: TicketMeasurement, limit: number): Line {
  const { analysed = 0, cost_micro_usd: cost = Number.NaN, tokens_in = 0, tokens_out = 0 } = counts;
  const usd = (cost / MICRO / analysed) * 1000;
  const tokens = `${(tokens_in / analysed).toFixed(0)} tokens in and ${(tokens_out / analysed).toFixed(0)} out each`;
  return {
    what: `${what}: cost of 1,000`,
    measured: `$${usd.toFixed(3)}, ${tokens}`,
    target: { shown: `≤ $${limit.toFixed(2)}`, value: usd, limit },
  };
}

function atMost(value: number, limit: number, unit: string) {
  return { shown: `≤ ${limit} ${unit}`, value, limit };
}

function exportsOf({ zendeskCalls }: TicketMeasurement): number {
  return zendeskCalls.incremental_tickets ?? 0;
}

function callsOf(byRoute: Readonly<Record<string, number>>): number {
  return Object.values(byRoute).reduce((total, count) => total + count, 0);
}

/** All writes but those of some kinds, and what they were: `12 (RUNS 8, JOB 4)`. */
function writesBeside({ writes }: TicketMeasurement, kinds: ReadonlySet<string>): string {
  const others = Object.entries(writes).filter(([kind]) => !kinds.has(kind));
  const sum = others.reduce((total, [, count]) => total + count, 0);
  return sum === 0 ? '0' : `${sum} (${others.map(([kind, count]) => `${kind} ${count}`).join(', ')})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
