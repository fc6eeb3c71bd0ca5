import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { median, medianAndSpread, pairedRatios } from '#bench/report/statistics.ts';
import { bundleEnvironment } from '#bench/services/bundle-environment.ts';
import { type Bundle, bundle, functionEntry, writeBundle } from '#lib/bundle.ts';
import { emptyHandler } from './empty-handler.ts';

const MAX_KB = 650;
const MAX_RATIO = 1.5;
/** The functions of support tickets have limits of their own: one of them holds Anthropic's SDK. */
const TICKETS = { prefix: 'ticket-', maxKb: 800, maxLoadMs: 400 };
const LOAD_TIMEOUT_MS = 20_000;
const FUNCTIONS = join(import.meta.dirname, '../..', 'functions');
/** Below the project, so that what is written there finds the project's packages. */
const CACHE = join(import.meta.dirname, '../..', 'node_modules', '.cache');

/** Size and load time of each function's bundle, beside an empty handler that makes the same SDK clients. */
export async function benchBundles({ loads }: BenchOptions): Promise<Line[]> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'atom-sync-bench-'));
  try {
    const lines: Line[] = [];
    for (const name of functionNames()) lines.push(...(await measureFunction(folder, name, loads)));
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Those that Lambda starts. A task's bundle is loaded once in weeks, and loading it starts the task. */
function functionNames(): string[] {
  return readdirSync(FUNCTIONS).filter((name) => existsSync(join(FUNCTIONS, name, 'handler.ts')));
}

async function measureFunction(folder: string, name: string, loads: number): Promise<Line[]> {
  const ours = bundle(functionEntry(name));
  const source = join(folder, `${name}.ts`);
  await writeFile(source, await emptyHandler(Object.keys(ours.metafile.inputs)));
  // With all that the clients bring, at once: that ours leave some of it out, or for later, is ours to gain.
  const empty = bundle(source, { leftOut: [], isSplit: false });
  const env = await bundleEnvironment(name);
  const oursPath = write(folder, name, ours);
  const emptyPath = write(folder, `${name}-empty`, empty);
  const times = { ours: [] as number[], empty: [] as number[] };
  for (let load = 0; load < loads; load += 1) {
    times.empty.push(await loadTime(emptyPath, env));
    times.ours.push(await loadTime(oursPath, env));
  }
  const ratios = pairedRatios(times.ours, times.empty);
  const kilobytes = kilobytesOf(ours);
  const isOfTickets = name.startsWith(TICKETS.prefix);
  const maxKb = isOfTickets ? TICKETS.maxKb : MAX_KB;
  return [
    {
      what: `bundle ${name}: size`,
      measured: `${kilobytes.toFixed(0)} KB`,
      floor: `${kilobytesOf(empty).toFixed(0)} KB, empty handler`,
      ratio: (kilobytes / kilobytesOf(empty)).toFixed(2),
      target: { shown: `< ${maxKb} KB`, value: kilobytes, limit: maxKb },
    },
    {
      what: `bundle ${name}: load time`,
      measured: milliseconds(times.ours),
      floor: `${milliseconds(times.empty)}, empty handler`,
      ratio: medianAndSpread(ratios, (ratio) => ratio.toFixed(2)),
      target: isOfTickets
        ? ticketLoad(times.ours)
        : { shown: `< ${MAX_RATIO}`, value: median(ratios), limit: MAX_RATIO },
    },
  ];
}

function ticketLoad(times: readonly number[]) {
  return { shown: `≤ ${TICKETS.maxLoadMs} ms`, value: median(times), limit: TICKETS.maxLoadMs };
}

function write(folder: string, name: string, { files }: Bundle): string {
  const own = join(folder, name);
  writeBundle(own, files);
  return join(own, 'index.mjs');
}

/** Milliseconds that the import takes in a new process; Node's own start is not in it. */
async function loadTime(path: string, env: Readonly<Record<string, string>>): Promise<number> {
  const module = new URL('./load-process.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [module, path], {
    env,
    timeout: LOAD_TIMEOUT_MS,
  });
  return Number(stdout);
}

/** Of what a cold start loads; 1 KB = 1,000 bytes. */
function kilobytesOf({ startBytes }: Bundle): number {
  return startBytes / 1000;
}

function milliseconds(times: readonly number[]): string {
  return medianAndSpread(times, (ms) => ms.toFixed(0), ' ms');
}
