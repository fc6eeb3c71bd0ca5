import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..');
const TINY = [
  '--skills',
  '200',
  '--more',
  '300',
  '--many',
  '400',
  '--rounds',
  '1',
  '--loads',
  '1',
  '--load-seconds',
  '1',
  '--feed-seconds',
  '2',
  '--ratings',
  '20',
  '--tickets',
  '60',
  '--issue-tickets',
  '300',
];

/** What a run of each benchmark has to show, whatever it measures. */
const EXPECTED: Readonly<Record<string, readonly RegExp[]>> = {
  first: [
    /^first sync of 200 skills {2}/m,
    /CPU of the syncing process/,
    /against batches/,
    /200 skills +200 skills/,
  ],
  quiet: [/^quiet sync of 200 skills: writes +0 skills/m, /read units +\d/],
  changed: [/1 % changed: writes +2 skills +2 changed +1\.00; beside them \d+ \(/],
  memory: [
    /first sync of 400 skills on a store that keeps nothing: peak RSS +\d+ MB/,
    /quiet sync of 300 skills on dynalite: live heap at its end +\d+ MB/,
  ],
  bundles: [
    /bundle skill-sync: size +\d+ KB/,
    /bundle skill-sync: load time +\d+ ms/,
    /bundle ticket-analysis: size +\d+ KB .* < 800 KB/,
    /bundle ticket-analysis: load time +\d+ ms .* ≤ 400 ms/,
  ],
  api: [/GET \/api\/skills\/\{id\}, 10 connections +\d+ a second, p99 \d+ ms/],
  // Without the real catalogue there is one line, which says so.
  search: [
    /search, 180 own queries: MRR@10 +0\.\d+ .* met|search: relevance and index .* skipped/,
    /search of 300 skills: a query, p99 +[\d.]+ ms|search: relevance and index .* skipped/,
    /limit=10 of the real catalogue, 10 connections: p99 +\d+ ms|search: relevance and index .* skipped/,
    /first search of a cold function .* of CPU|search: relevance and index .* skipped/,
  ],
  feed: [
    /^feed: updates over 500 skills, taken in and settled +\d/m,
    /updates that were lost +0 +\d[\d,]* announced/,
    /from frame to stored at 100 a second, p99 +\d+ ms/,
    /live heap after a flood of 2 s at 5,000 a second +\d/,
  ],
  ratings: [/20 pending ratings uploaded, answers after 50 ms +\d/, /at once +\d+/],
  tickets: [
    /^first sync of 60 tickets {2}/m,
    /first sync of 60 tickets: calls and writes +1 exports, 120 writes of tickets +120/,
    /first sync of 60 tickets at 10 calls a minute: the busiest minute +1 exports/,
    /hourly run, nothing changed: calls of Zendesk +1 .* met/,
    /hourly run, nothing changed: calls of Claude +0 .* met/,
    /hourly run, nothing changed: writes +0 .* met/,
    /60 tickets analysed directly, answers after 50 ms: cost of 1,000 +\$0\.\d+, \d+ tokens in .* met/,
    /60 tickets analysed in batches: asked for and collected +\d/,
    /60 tickets analysed in batches: cost of 1,000 +\$0\.\d+, \d+ tokens in .* met/,
    /60 tickets analysed in batches: peak RSS +\d+ MB/,
  ],
  issues: [
    /^issues of 30 tickets: first grouping +[\d.]+ s, 30 assigned/m,
    /^issues of 300 tickets: an hour with 200 new ones +[\d.]+ s, 200 assigned/m,
    /issues of 300 tickets: an hour without any change: writes +0 .* met/,
    /issues of 300 tickets: consolidation: table +\d+ read units, \d+/,
    /GET \/api\/issues of 300 issues, p95 +[\d.]+ ms/,
  ],
  start: [/npm start until ready, 200 skills synced/],
};

describe('npm run bench', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The benchmark of bundles, with its table put into a document; run once for all who look at it. */
  let bundles: ReturnType<typeof bench> | undefined;
  function benchBundles(): ReturnType<typeof bench> {
    const path = join(folder, 'performance.md');
    bundles ??= writeFile(path, 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n').then(() =>
      bench('--only', 'bundles', ...TINY, '--markdown', path),
    );
    return bundles;
  }

  it.each(Object.entries(EXPECTED))('measures "%s" at a tiny size', async (name, patterns) => {
    const { code, stdout, stderr } = await (name === 'bundles'
      ? benchBundles()
      : bench('--only', name, ...TINY));
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Error') });
    expect(stdout).not.toContain('crashed');
    for (const pattern of patterns) expect(stdout).toMatch(pattern);
  });

  it('replaces the table in a document when told to', async () => {
    const { code } = await benchBundles();
    expect(code).toBe(0);
    const document = await readFile(join(folder, 'performance.md'), 'utf8');
    expect(document).toMatch(/^before\n<!-- bench:begin -->\n\n[\s\S]*\n\n<!-- bench:end -->\nafter\n$/);
    expect(document).toMatch(/\| bundle skill-sync: size \| \d+ KB \|/);
    expect(document).not.toContain('old');
  });

  it('says what there is when an option is wrong', async () => {
    const { code, stdout } = await bench('--only', 'fisrt');
    expect(code).toBe(1);
    expect(stdout).toMatch(/There is no benchmark "fisrt"; there are first, quiet/);
  });
});

function bench(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, ['bench/main.ts', ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      done({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
