import type { Line } from '#bench/report/line.ts';
import type { Benchmark, BenchOptions } from '#bench/report/options.ts';
import { median, medianAndSpread, pairedRatios } from '#bench/report/statistics.ts';
import { writesBeside, writesOf } from '#bench/services/meter.ts';
import type { Elapsed } from '#bench/services/stopwatch.ts';
import { measureRounds, type Round } from './sync-rounds.ts';

const MAX_FIRST_RATIO = 1.4;
const MAX_QUIET_RATIO = 0.35;
const MAX_READ_SHARE = 0.1;
const MAX_WRITES_PER_CHANGE = 1.05;

/** The skill sync on dynalite: first, quiet, and with one in a hundred changed. */
export async function benchSkillSync(options: BenchOptions): Promise<Line[]> {
  const { skills, rounds, only } = options;
  const changed = Math.max(1, Math.round(skills / 100));
  const measured = await measureRounds({ skills, changed, rounds, withFloors: only.has('first') });
  const linesOf: Partial<Record<Benchmark, () => Line[]>> = {
    first: () => firstLines(measured, skills),
    quiet: () => quietLines(measured, skills),
    changed: () => changedLines(measured, changed),
  };
  return [...only].flatMap((name) => linesOf[name]?.() ?? []);
}

function firstLines(rounds: readonly Round[], skills: number): Line[] {
  const first = rounds.map((round) => round.first);
  const bare = rounds.flatMap((round) => round.bare ?? []);
  const batched = rounds.flatMap((round) => round.batched ?? []);
  const ratios = pairedRatios(first.map(wall), bare.map(wall));
  const what = `first sync of ${number(skills)} skills`;
  return [
    {
      what,
      measured: seconds(first, wall),
      floor: `${seconds(bare, wall)}, bare PutItem loop`,
      ratio: medianAndSpread(ratios, twoDigits),
      target: { shown: `≤ ${MAX_FIRST_RATIO}`, value: median(ratios), limit: MAX_FIRST_RATIO },
    },
    {
      what: `${what}: CPU of the syncing process`,
      measured: seconds(first, cpu),
      floor: `${seconds(bare, cpu)}, bare PutItem loop`,
      ratio: medianAndSpread(pairedRatios(first.map(cpu), bare.map(cpu)), twoDigits),
    },
    {
      what: `${what}: against batches`,
      measured: seconds(first, wall),
      floor: `${seconds(batched, wall)}, bare BatchWriteItem loop`,
      ratio: medianAndSpread(pairedRatios(first.map(wall), batched.map(wall)), twoDigits),
    },
    {
      what: `${what}: writes`,
      measured: `${number(median(rounds.map((round) => writesOf(round.first.consumed, 'SKILL'))))} skills`,
      floor: `${number(skills)} skills`,
      ratio: `beside them ${last(rounds, (round) => writesBeside(round.first.consumed, 'SKILL'))}`,
    },
  ];
}

function quietLines(rounds: readonly Round[], skills: number): Line[] {
  const what = `quiet sync of ${number(skills)} skills`;
  const ratios = pairedRatios(
    rounds.map((round) => round.quiet.ms),
    rounds.map((round) => round.first.ms),
  );
  const written = Math.max(...rounds.map((round) => writesOf(round.quiet.consumed, 'SKILL')));
  const readUnits = median(rounds.map((round) => round.quiet.consumed.readUnits));
  const scan = median(rounds.map((round) => round.reading.scan));
  const batchGet = median(rounds.map((round) => round.reading.batchGet));
  const share = readUnits / Math.min(scan, batchGet);
  return [
    {
      what,
      ...besideFirst(rounds, (round) => round.quiet),
      ratio: medianAndSpread(ratios, twoDigits),
      target: { shown: `≤ ${MAX_QUIET_RATIO}`, value: median(ratios), limit: MAX_QUIET_RATIO },
    },
    {
      what: `${what}: writes`,
      measured: `${written} skills`,
      floor: '0 skills',
      ratio: `beside them ${last(rounds, (round) => writesBeside(round.quiet.consumed, 'SKILL'))}`,
      target: { shown: '0', value: written, limit: 0 },
    },
    {
      what: `${what}: read units`,
      measured: number(readUnits),
      floor: `${number(scan)} by Scan, ${number(batchGet)} by BatchGetItem`,
      ratio: twoDigits(share),
      target: { shown: `≤ ${MAX_READ_SHARE}`, value: share, limit: MAX_READ_SHARE },
    },
  ];
}

function changedLines(rounds: readonly Round[], changed: number): Line[] {
  const written = Math.max(...rounds.map((round) => writesOf(round.changed.consumed, 'SKILL')));
  const share = written / changed;
  const ratios = pairedRatios(
    rounds.map((round) => round.changed.ms),
    rounds.map((round) => round.first.ms),
  );
  return [
    {
      what: `sync after 1 % changed: writes`,
      measured: `${number(written)} skills`,
      floor: `${number(changed)} changed`,
      ratio: `${twoDigits(share)}; beside them ${last(rounds, (round) => writesBeside(round.changed.consumed, 'SKILL'))}`,
      target: { shown: `≤ ${MAX_WRITES_PER_CHANGE}`, value: share, limit: MAX_WRITES_PER_CHANGE },
    },
    {
      what: `sync after 1 % changed: time`,
      ...besideFirst(rounds, (round) => round.changed),
      ratio: medianAndSpread(ratios, twoDigits),
    },
  ];
}

function wall({ ms }: Elapsed): number {
  return ms;
}

function cpu({ cpuMs }: Elapsed): number {
  return cpuMs;
}

function seconds(values: readonly Elapsed[], of: (elapsed: Elapsed) => number): string {
  return medianAndSpread(values.map(of), (ms) => (ms / 1000).toFixed(2), ' s');
}

function twoDigits(value: number): string {
  return value.toFixed(2);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function last(rounds: readonly Round[], of: (round: Round) => string): string {
  return rounds.slice(-1).map(of).join('');
}

/** How long a kind of sync took, beside the first one. */
function besideFirst(rounds: readonly Round[], sync: (round: Round) => Elapsed) {
  const first = rounds.map((round) => round.first);
  return { measured: seconds(rounds.map(sync), wall), floor: `${seconds(first, wall)}, first sync` };
}
