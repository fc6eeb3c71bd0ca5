import { type CostLine, line } from './cost-line.ts';
import type { CostOptions } from './cost-options.ts';
import { DAYS, type MonthInput, RATING_SYNCS, syncsOf, uploadBatches } from './month-input.ts';

/** Megabytes at which a function has one vCPU. */
const MB_PER_CPU = 1_769;
/** Pages that are fetched side by side, and requests that the marketplace allows in a minute. */
const PAGES_AT_ONCE = 4;
const PAGES_A_MINUTE = 100;
/** Loading the code and the first connections: a function that is started each 15 minutes is cold each time. */
const COLD_START_SECONDS = 0.5;
const MAX_DEFAULT_MEMORY_MB = 512;

// What nothing here measures, taken generously.
const REQUEST_SECONDS = 0.05;
const SECONDS_PER_BATCH = 2;
const SECONDS_PER_DAILY_CLEANUP = 10;
const SECONDS_PER_RATING_SYNC = 1;

/** GB-seconds of so many requests to the API. */
export function apiGbSeconds(requests: number, { memoryMb }: MonthInput['stack']): number {
  return (requests * REQUEST_SECONDS * (memoryMb['admin-api'] ?? MAX_DEFAULT_MEMORY_MB)) / 1_024;
}

/** What the functions cost, and what starts and traces them. */
export function functionLines({ options, measured, stack }: MonthInput): CostLine[] {
  const { requests } = options;
  const syncs = syncsOf(options);
  const invocations = {
    'skill-sync': syncs,
    'rating-sync': RATING_SYNCS,
    'cache-cleanup': DAYS,
    'rating-upload': uploadBatches(options),
    'admin-api': requests,
  };
  const syncMb = stack.memoryMb['skill-sync'] ?? MAX_DEFAULT_MEMORY_MB;
  const perSync = (cpuMs: number) => (secondsOf(options, cpuMs, syncMb) * syncMb) / 1_024;
  const changeMs = Math.max(measured.changed.cpuMs, measured.quiet.cpuMs);
  const all = Object.entries(invocations);
  const sum = (some: typeof all) => some.reduce((total, [, count]) => total + count, 0);
  return [
    line('Lambda: requests', 'lambdaRequest', sum(all)),
    line(
      'Lambda: skill-sync',
      'lambdaGbSecond',
      syncs * perSync(changeMs),
      syncs * perSync(measured.first.cpuMs),
    ),
    line('Lambda: admin-api', 'lambdaGbSecond', apiGbSeconds(requests, stack)),
    line('Lambda: the other functions', 'lambdaGbSecond', smallFunctions(options, stack.memoryMb)),
    line('EventBridge Scheduler', 'schedulerInvocation', syncs + DAYS + RATING_SYNCS),
    line('API Gateway', 'httpApiRequest', requests),
    line('X-Ray', 'xrayTrace', sum(all.filter(([name]) => stack.traced.has(name)))),
  ];
}

function smallFunctions(options: CostOptions, memoryMb: Readonly<Record<string, number>>): number {
  const memoryGb = (name: string) => (memoryMb[name] ?? MAX_DEFAULT_MEMORY_MB) / 1_024;
  return (
    DAYS * SECONDS_PER_DAILY_CLEANUP * memoryGb('cache-cleanup') +
    RATING_SYNCS * (SECONDS_PER_RATING_SYNC + COLD_START_SECONDS) * memoryGb('rating-sync') +
    uploadBatches(options) * SECONDS_PER_BATCH * memoryGb('rating-upload')
  );
}

/** How long the function runs: it has only a part of the processor that was measured, and waits for pages. */
function secondsOf(options: CostOptions, cpuMs: number, memoryMb: number): number {
  const pages = Math.ceil(options.skills / options.pageSize) + 1;
  const waiting = (Math.ceil(pages / PAGES_AT_ONCE) * options.latencyMs) / 1_000;
  const heldBack = Math.floor(pages / (PAGES_A_MINUTE + 1)) * 60;
  const computing = cpuMs / 1_000 / Math.min(1, memoryMb / MB_PER_CPU);
  return COLD_START_SECONDS + computing + Math.max(waiting, heldBack);
}
