import type { Line } from '#bench/report/line.ts';
import type { IssueMeasurement } from './issue-process.ts';

/** Four runs of the function one after the other, over so many tickets. */
export type MeasuredIssues = {
  readonly tickets: number;
  readonly newTickets: number;
  readonly first: IssueMeasurement;
  readonly hour: IssueMeasurement;
  readonly quiet: IssueMeasurement;
  readonly consolidation: IssueMeasurement;
};

// What the process may be busy with in one stretch: `BUSY_MS` of the function. Real texts are held to less by
// `npm run eval:tickets`.
const MAX_SECONDS = 240;
/** An hour with new tickets reads and compares all of them, and is paid for 24 times a day. */
const MAX_HOUR_SECONDS = 40;
/** Half of what the function has. */
const MAX_MEMORY_MB = 1_504;
/** Partitions of a run's own record and lease. */
const OF_THE_RUN = new Set(['RUNS', 'JOB']);

/** What the hourly runs and the consolidation took. */
export function issueLines(measured: MeasuredIssues): Line[] {
  const { tickets, newTickets, first, hour, quiet, consolidation } = measured;
  const of = `of ${tickets.toLocaleString('en-US')} tickets`;
  return [
    ...workLines(`issues ${of}: first grouping`, first),
    ...workLines(`issues ${of}: an hour with ${newTickets} new ones`, hour, MAX_HOUR_SECONDS),
    ...quietLines(`issues ${of}: an hour without any change`, quiet),
    ...workLines(`issues ${of}: consolidation`, consolidation),
  ];
}

function workLines(
  what: string,
  { ms, cpuMs, rssMb, readUnits, writes, counts }: IssueMeasurement,
  maxSeconds = MAX_SECONDS,
): Line[] {
  const { assigned = 0, issues = 0 } = counts;
  return [
    {
      what,
      measured: `${seconds(ms)}, ${assigned} assigned, ${issues} issues listed`,
      floor: `${seconds(cpuMs)}, CPU of the process`,
      target: { shown: `≤ ${maxSeconds} s`, value: ms / 1000, limit: maxSeconds },
    },
    {
      what: `${what}: peak RSS`,
      measured: `${rssMb.toFixed(0)} MB`,
      target: { shown: `≤ ${MAX_MEMORY_MB} MB`, value: rssMb, limit: MAX_MEMORY_MB },
    },
    {
      what: `${what}: table`,
      measured: `${readUnits.toFixed(0)} read units, ${writesBeside(writes)} writes`,
    },
  ];
}

function quietLines(what: string, { ms, cpuMs, readUnits, writes }: IssueMeasurement): Line[] {
  const written = others(writes).reduce((sum, [, count]) => sum + count, 0);
  return [
    { what, measured: seconds(ms), floor: `${seconds(cpuMs)}, CPU of the process` },
    {
      what: `${what}: writes`,
      measured: writesBeside(writes),
      floor: `${readUnits.toFixed(0)} read units`,
      target: { shown: '0', value: written, limit: 0 },
    },
  ];
}

function writesBeside(writes: IssueMeasurement['writes']): string {
  const kinds = others(writes);
  const sum = kinds.reduce((total, [, count]) => total + count, 0);
  return sum === 0 ? '0' : `${sum} (${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')})`;
}

function others(writes: IssueMeasurement['writes']): [string, number][] {
  return Object.entries(writes).filter(([kind]) => !OF_THE_RUN.has(kind));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
