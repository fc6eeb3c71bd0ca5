/**
 * `npm run eval:tickets`: how good the tickets' clusters are, on texts whose groups are known, how soon incidents are
 * found, on tickets of which it is known when they were, and how well Claude reads, on tickets that people described.
 * `npm run eval:tickets -- --help` says what can be set.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { replaceBetweenMarkers } from '#bench/report/render.ts';
import { EvalInputError } from './eval-input-error.ts';
import { EVAL_USAGE, type EvalOptions, readEvalOptions } from './eval-options.ts';
import { measureIncidents } from './incidents.ts';
import { measureScale } from './known-scale.ts';
import { measureKnownSets } from './known-sets.ts';
import { measureKnownWindows } from './known-windows.ts';
import { readLabelledSets } from './labelled-set.ts';
import { measureClusters } from './measure-clusters.ts';
import { measureTexts } from './text-safety.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data/tickets');

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(process.stdout, EVAL_USAGE, 0);
  try {
    return say(process.stdout, await evaluate(readEvalOptions(args)), 0);
  } catch (error) {
    if (error instanceof EvalInputError) return say(process.stderr, error.message, 1);
    throw error;
  }
}

/** Each kind of evaluation is a module of its own that answers with what is printed. */
async function evaluate(options: EvalOptions): Promise<string> {
  if (options.labelled !== undefined) {
    return JSON.stringify(measureClusters(await readLabelledSets(options.labelled), options));
  }
  if (options.incidents !== undefined) return JSON.stringify(measureIncidents(options.incidents, options));
  if (options.golden === true || options.corrections !== undefined) {
    // It brings the SDK and the stand-in, which nothing else needs.
    const { measureGolden } = await import('./golden/measure-golden.ts');
    return (await measureGolden(options, process.env, tell)).join('\n');
  }
  const tables = [
    await measureKnownSets(DATA, options),
    measureKnownWindows(DATA),
    await measureScale(DATA),
    measureTexts(),
  ];
  const text = tables.map((lines) => lines.join('\n')).join('\n\n');
  if (options.markdown !== undefined) await refresh(options.markdown, text);
  return text;
}

async function refresh(path: string, tables: string): Promise<void> {
  const facts = `Measured with Node.js ${process.versions.node} on ${availableParallelism()} cores.`;
  const document = await readFile(path, 'utf8');
  await writeFile(path, replaceBetweenMarkers(document, `${facts}\n\n${tables}`, 'eval'));
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function say(stream: NodeJS.WritableStream, text: string, exitCode: number): number {
  stream.write(`${text}\n`);
  return exitCode;
}
