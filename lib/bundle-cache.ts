import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BundleFiles, bundle } from './bundle.ts';

const ROOT = join(import.meta.dirname, '..');

/** Besides its source files, a bundle depends on these: what an import means, and how it is bundled. */
const ALWAYS = ['package.json', 'package-lock.json', 'lib/bundle.ts'].map((path) => join(ROOT, path));

/** What is stored of a bundle: its files in base64, and the digest of each file that went into it. */
type Entry = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
};

/**
 * The files of an entry's bundle, from the folder when nothing that went into it has changed since it was put there, or else
 * made by `bundle` and put there. For processes that start one after the other, as the tests' are: bundling all
 * functions takes two and a half seconds of processor time, reading them back a tenth of one.
 *
 * @param folder absolute path; it may be shared by processes, and be removed at any time.
 * @throws esbuild's BuildFailure when the source doesn't compile
 */
export function cachedBundle(entry: string, folder: string): BundleFiles {
  const path = join(folder, `${createHash('sha256').update(entry).digest('hex')}.json`);
  const found = readEntry(path);
  if (found && Object.entries(found.inputs).every(([input, digest]) => digestOf(input) === digest)) {
    return mapValues(found.files, (text) => Buffer.from(text, 'base64'));
  }
  const { files, metafile } = bundle(entry);
  // esbuild names files from the working directory; what is no file, such as `(disabled):…`, has no digest.
  const inputs = [...ALWAYS, ...Object.keys(metafile.inputs).map((input) => resolve(input))];
  writeEntry(folder, path, {
    inputs: Object.fromEntries(inputs.map((input) => [input, digestOf(input)])),
    files: mapValues(files, (code) => Buffer.from(code).toString('base64')),
  });
  return files;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function readEntry(path: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** At once or not at all: another process may be reading. */
function writeEntry(folder: string, path: string, entry: Entry): void {
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  writeFileSync(unfinished, JSON.stringify(entry));
  renameSync(unfinished, path);
}

function digestOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return '';
  }
}
