/**
 * `npm run cost`: what a month costs, from what the sync is measured to read and write, beside a sync that writes
 * everything each time. `npm run cost -- --help` says what can be set.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { messageOf } from '#local/errors.ts';
import { COST_USAGE, type CostOptions, readCostOptions } from './month/cost-options.ts';
import { monitoringMarkdown } from './month/monitoring-table.ts';
import { monthOf } from './month/month.ts';
import { monthTable, renderMonthMarkdown, renderMonthText } from './month/render-month.ts';
import { readMonitoredStacks, readStackFacts } from './month/stack-facts.ts';
import { replaceBetweenMarkers } from './report/render.ts';
import { measureSyncs } from './sync/measure-syncs.ts';

// Ending by `exit` runs the handlers that end the servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(COST_USAGE, 0);
  let options: CostOptions;
  try {
    options = readCostOptions(args);
  } catch (error) {
    return say(`${messageOf(error)}\n${COST_USAGE}`, 1);
  }
  const stack = readStackFacts({ ...options, tickets: options.tickets > 0 });
  const measured = await measureSyncs(options);
  const table = monthTable(monthOf({ options, measured, stack }));
  say(`${conditions(options)}\n\n${renderMonthText(table)}`, 0);
  if (options.markdown !== undefined) {
    await refresh(options.markdown, `${conditions(options)}\n\n${renderMonthMarkdown(table)}`);
  }
  return 0;
}

function conditions(options: CostOptions): string {
  const { skills, changedShare, intervalMinutes, ttlHours, skillBytes, ratings, requests, tickets } = options;
  const count = (value: number) => value.toLocaleString('en-US');
  return (
    `A month of 30 days: ${count(skills)} skills of ${count(skillBytes)} bytes, ${+(changedShare * 100).toFixed(4)} % of ` +
    `them changed from one sync to the next, a sync every ${intervalMinutes} minutes, entries that live ${ttlHours} hours, ` +
    `${count(ratings)} ratings, ${count(requests)} API requests, ${feedText(options)}, ${openCallsText(options)}, ` +
    `the dashboard ${options.dashboard ? 'on' : 'off'}, ${tickets === 0 ? 'no' : count(tickets)} support tickets.`
  );
}

function feedText({ feed, feedPerSecond, feedGatherSeconds, spot }: CostOptions): string {
  if (!feed) return 'the feed off';
  const messages = `${+feedPerSecond.toFixed(4)} messages a second that change an entry`;
  return `the feed on ${spot ? 'Fargate Spot' : 'Fargate'} with ${messages}, gathered for ${feedGatherSeconds} s when they are many`;
}

function openCallsText({ healthPerSecond, refusedPerSecond }: CostOptions): string {
  return healthPerSecond + refusedPerSecond === 0
    ? 'no health checks from outside'
    : `${healthPerSecond} health checks and ${refusedPerSecond} refused calls a second`;
}

/** Puts the month into a document that has a place for it, and what monitoring costs into one that has a place for that. */
async function refresh(path: string, month: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const hasMonitoring = before.includes('<!-- monitoring-cost:begin -->');
  const after = hasMonitoring
    ? replaceBetweenMarkers(before, monitoringMarkdown(readMonitoredStacks()), 'monitoring-cost')
    : replaceBetweenMarkers(before, month, 'cost');
  await writeFile(path, after);
}

function say(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}
