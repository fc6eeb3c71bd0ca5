import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { withTable } from '#bench/report/table.ts';
import { issueLines } from './issue-lines.ts';
import type { IssueJob, IssueMeasurement } from './issue-process.ts';
import { putTickets } from './issue-tickets.ts';
import { benchIssueList } from './list-issues.ts';

/** What Lambda's bootstrap gives Node in the function's 3,008 MB: see `bench/sync/memory.ts`. */
const FLAGS = ['--max-semi-space-size=150', '--max-old-space-size=2707'];
const TIMEOUT_MS = 600_000;
/** As a share of the tickets there are: one in ten is the usual size of the smaller measurement. */
const SMALL_SHARE = 0.1;
const NEW_TICKETS = 200;
const HOUR_MS = 3_600_000;
const DAYS = 60;
/** A Friday, twenty minutes past an hour. */
const BEGIN = Date.parse('2026-11-27T12:20:00Z');

/**
 * The function of the issues over so many tickets in dynalite, and over a tenth of them: their first grouping, an hour
 * with new ones, the same hour again, and the consolidation; then the list of issues through the API.
 */
export async function benchIssues({ issueTickets }: BenchOptions): Promise<Line[]> {
  const lines: Line[] = [];
  for (const tickets of [Math.ceil(issueTickets * SMALL_SHARE), issueTickets]) {
    lines.push(...(await measureRuns(tickets)));
  }
  return [...lines, ...(await benchIssueList())];
}

function measureRuns(tickets: number): Promise<Line[]> {
  return withTable(async (table) => {
    const { endpoint } = table;
    const run = (task: IssueJob['task'], hours: number, assigned: number) =>
      inProcess({ task, endpoint, now: BEGIN + hours * HOUR_MS, assigned });
    const newTickets = Math.min(NEW_TICKETS, tickets);
    await putTickets(table, {
      ...{ count: tickets, first: 1, from: BEGIN - DAYS * 24 * HOUR_MS, to: BEGIN - HOUR_MS },
    });
    const first = await run('sync', 0, tickets);
    await putTickets(table, {
      ...{ count: newTickets, first: tickets + 1, from: BEGIN, to: BEGIN + 0.5 * HOUR_MS },
    });
    const hour = await run('sync', 1, newTickets);
    const quiet = await run('sync', 1.25, 0);
    const consolidation = await run('consolidate', 2, 0);
    return issueLines({ tickets, newTickets, first, hour, quiet, consolidation });
  });
}

async function inProcess(job: IssueJob): Promise<IssueMeasurement> {
  const module = new URL('./issue-process.ts', import.meta.url).pathname;
  const args = [...FLAGS, module, JSON.stringify(job)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
  process.stderr.write(stderr);
  return JSON.parse(stdout) as IssueMeasurement;
}
