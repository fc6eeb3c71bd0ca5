/**
 * `npm run bench`: the benchmarks of docs/performance.md, as a table. It writes nothing unless told to.
 * `npm run bench -- --help` says what there is.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { messageOf } from '#local/errors.ts';
import { benchApi } from './api/api.ts';
import { benchBundles } from './bundles/bundles.ts';
import { benchFeed } from './feed/realtime-feed.ts';
import { benchIssues } from './issues/issues.ts';
import { benchRatingUpload } from './ratings/rating-upload.ts';
import { isMissed, type Line } from './report/line.ts';
import { type Benchmark, type BenchOptions, readOptions, USAGE } from './report/options.ts';
import { renderMarkdown, renderText, replaceBetweenMarkers } from './report/render.ts';
import { benchSearch } from './search/search.ts';
import { benchLocalStart } from './start/local-start.ts';
import { benchMemory } from './sync/memory.ts';
import { benchSkillSync } from './sync/skill-sync.ts';
import { benchTickets } from './tickets/tickets.ts';

/** Several times what all of it takes on two cores. */
const GIVE_UP_MS = 25 * 60_000;

type Suite = {
  readonly measures: readonly Benchmark[];
  readonly run: (options: BenchOptions) => Promise<Line[]>;
};

const SUITES: readonly Suite[] = [
  { measures: ['first', 'quiet', 'changed'], run: benchSkillSync },
  { measures: ['memory'], run: benchMemory },
  { measures: ['bundles'], run: benchBundles },
  { measures: ['api'], run: benchApi },
  { measures: ['search'], run: benchSearch },
  { measures: ['feed'], run: benchFeed },
  { measures: ['ratings'], run: benchRatingUpload },
  { measures: ['tickets'], run: benchTickets },
  { measures: ['issues'], run: benchIssues },
  { measures: ['start'], run: benchLocalStart },
];

// Ending by `exit` runs the handlers that end the servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(USAGE, 0);
  let options: BenchOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    return say(`${messageOf(error)}\n${USAGE}`, 1);
  }
  setTimeout(() => process.exit(say('The benchmarks take too long; given up.', 1)), GIVE_UP_MS).unref();
  const { lines, crashes } = await runSuites(options);
  say(renderText(lines), 0);
  if (options.markdown !== undefined) await refresh(options.markdown, lines);
  const missed = lines.filter(isMissed).length;
  return crashes > 0 || (options.check && missed > 0) ? 1 : 0;
}

async function runSuites(options: BenchOptions): Promise<{ lines: Line[]; crashes: number }> {
  const lines: Line[] = [];
  let crashes = 0;
  for (const { measures, run } of SUITES) {
    const wanted = measures.filter((name) => options.only.has(name));
    if (wanted.length === 0) continue;
    const what = wanted.join(', ');
    const begin = performance.now();
    try {
      lines.push(...(await run(options)));
      process.stderr.write(`${what}: measured in ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
    } catch (error) {
      crashes += 1;
      lines.push({ what, measured: '', skipped: `crashed: ${messageOf(error)}` });
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
  }
  return { lines, crashes };
}

async function refresh(path: string, lines: readonly Line[]): Promise<void> {
  const facts = `Measured with Node.js ${process.versions.node} on ${availableParallelism()} cores.`;
  const document = await readFile(path, 'utf8');
  await writeFile(path, replaceBetweenMarkers(document, `${facts}\n\n${renderMarkdown(lines)}`));
}

function say(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}
