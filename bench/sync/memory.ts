import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { median } from '#bench/report/statistics.ts';
import { withTable } from '#bench/report/table.ts';
import { startMarketplaceProcess } from '#bench/services/services.ts';
import type { MemoryJob, MemoryUse } from './memory-process.ts';

const MAX_RATIO = 1.5;
/**
 * What Lambda's bootstrap gives Node in the function's 512 MB (5 % and 90 %), since what V8 believes it may take
 * decides how long it lets garbage lie; and `gc` for weighing what is left without it.
 */
const FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461', '--expose-gc'];
const TIMEOUT_MS = 240_000;

/** Peak memory of one first sync and the quiet one after it, each in a process of its own. */
type Peaks = { readonly first: MemoryUse; readonly quiet: MemoryUse };

/** Peak memory of a sync of many skills against that of the usual number. */
export async function benchMemory(options: BenchOptions): Promise<Line[]> {
  const { skills, manySkills, moreSkills, rounds } = options;
  const usual = await measure(skills, rounds, withoutDatabase);
  const many = await measure(manySkills, 1, withoutDatabase);
  const usualOnDynalite = await measure(skills, 1, onDynalite);
  const more = await measure(moreSkills, 1, onDynalite);
  return [
    ...compare('a store that keeps nothing', { skills, peaks: usual }, { skills: manySkills, peaks: many }),
    ...compare('dynalite', { skills, peaks: usualOnDynalite }, { skills: moreSkills, peaks: more }),
  ];
}

type Caching = (use: (cache: MemoryJob['cache']) => Promise<Peaks>) => Promise<Peaks>;

const withoutDatabase: Caching = async (use) => {
  const folder = await mkdtemp(join(tmpdir(), 'atom-sync-bench-'));
  try {
    return await use({ digestsPath: join(folder, 'digests.jsonl') });
  } finally {
    await rm(folder, { recursive: true });
  }
};

const onDynalite: Caching = (use) => withTable(({ endpoint }) => use({ endpoint }));

async function measure(skills: number, rounds: number, caching: Caching): Promise<Peaks[]> {
  const marketplace = await startMarketplaceProcess(skills);
  try {
    const peaks: Peaks[] = [];
    for (let round = 0; round < rounds; round += 1) {
      peaks.push(
        await caching(async (cache) => {
          const job = { skills, marketplace: marketplace.facts, cache };
          return {
            first: await inProcess({ ...job, quiet: false }),
            quiet: await inProcess({ ...job, quiet: true }),
          };
        }),
      );
    }
    return peaks;
  } finally {
    await marketplace.stop();
  }
}

async function inProcess(job: MemoryJob): Promise<MemoryUse> {
  const module = new URL('./memory-process.ts', import.meta.url).pathname;
  const args = [...FLAGS, module, JSON.stringify(job)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
  process.stderr.write(stderr);
  return JSON.parse(stdout) as MemoryUse;
}

type Measured = { readonly skills: number; readonly peaks: readonly Peaks[] };

function compare(where: string, usual: Measured, large: Measured): Line[] {
  return (['first', 'quiet'] as const).flatMap((sync) => [
    compareKind(`${sync} sync of ${number(large.skills)} skills on ${where}: peak RSS`, usual, large, {
      of: (peaks) => peaks[sync].rssMb,
      limit: MAX_RATIO,
    }),
    compareKind(
      `${sync} sync of ${number(large.skills)} skills on ${where}: live heap at its end`,
      usual,
      large,
      {
        of: (peaks) => peaks[sync].liveHeapMb,
      },
    ),
  ]);
}

function compareKind(
  what: string,
  usual: Measured,
  large: Measured,
  { of, limit }: { of: (peaks: Peaks) => number; limit?: number },
): Line {
  const measured = median(large.peaks.map(of));
  const floor = median(usual.peaks.map(of));
  const ratio = measured / floor;
  return {
    what,
    measured: `${measured.toFixed(0)} MB`,
    floor: `${floor.toFixed(0)} MB, ${number(usual.skills)} skills`,
    ratio: ratio.toFixed(2),
    ...(limit === undefined ? {} : { target: { shown: `≤ ${limit}`, value: ratio, limit } }),
  };
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
