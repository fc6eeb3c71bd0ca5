import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ManyTickets } from './many-tickets-process.ts';
import { readQuestions } from './question-rows.ts';
import { churnOfNights } from './real-nights.ts';

const TICKETS = 50_000;
const NIGHTS_FILE = 'sumo-2023-02_04-quiet.jsonl.gz';
/** What Lambda's bootstrap gives Node in the function's 3,008 MB. */
const FLAGS = ['--max-semi-space-size=150', '--max-old-space-size=2707'];
const TIMEOUT_MS = 900_000;

/** By how much each may be exceeded: not at all. Contract for the tickets, §9.5, and issue 14. */
const MOST = { seconds: 40, rssMb: 1_000, oneMs: 5, nightMs: 5_000, weekly: 0.03 } as const;

/**
 * How many real tickets are grouped in what time and memory, how long new ones take, and which ids stay, as the rows of
 * a Markdown table.
 *
 * @param folder where the files are
 */
export async function measureScale(folder: string): Promise<string[]> {
  const lines = ['| What | Result | Detail |', '| --- | --- | --- |'];
  const path = `${folder}/${NIGHTS_FILE}`;
  if (!existsSync(path)) return [...lines, `skipped: ${path} is missing`];
  const churn = churnOfNights(readQuestions(path).tickets);
  lines.push(
    rowOf(
      'ids over ten nights of real tickets',
      churn.nightly === 0 && churn.weekly <= MOST.weekly && churn.without === 0,
      `${percent(churn.nightly)} of ${churn.tickets} in a night, ${percent(churn.weekly)} by the consolidation, ${churn.issues} issues, ${churn.without} tickets without one`,
    ),
  );
  const many = await manyTickets(folder);
  const per = `${number(many.tickets)} real tickets`;
  return [
    ...lines,
    rowOf(
      `${per} grouped`,
      many.seconds <= MOST.seconds,
      `${many.seconds.toFixed(1)} s (${many.cpuSeconds.toFixed(1)} s of CPU), ${many.issues} issues`,
    ),
    rowOf(
      `${per}: peak RSS`,
      many.peakRssMb <= MOST.rssMb,
      `${many.peakRssMb.toFixed(0)} MB, Node and the texts included`,
    ),
    rowOf(
      `one new ticket against ${number(many.tickets)}`,
      many.oneMs <= MOST.oneMs,
      `${many.oneMs.toFixed(2)} ms, p95 of ${many.assigned}`,
    ),
    rowOf(`${many.assigned} new ones`, many.nightMs <= MOST.nightMs, `${(many.nightMs / 1000).toFixed(2)} s`),
  ];
}

/** In a process of its own: its memory is what is measured. */
async function manyTickets(folder: string): Promise<ManyTickets> {
  const module = new URL('./many-tickets-process.ts', import.meta.url).pathname;
  const args = [...FLAGS, module, folder, String(TICKETS)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
  return JSON.parse(stdout) as ManyTickets;
}

function rowOf(what: string, isPassed: boolean, detail: string): string {
  return `| ${what} | ${isPassed ? 'pass' : 'FAIL'} | ${detail} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
