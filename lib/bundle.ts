import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { BundleError } from './errors.ts';

/** The files of a bundle by their names: ES modules that lie in one folder. */
export type BundleFiles = Readonly<Record<string, Uint8Array>>;

/** A function as modules. */
export type Bundle = {
  /**
   * `index.mjs`, which is what is started; beside it, where the source has dynamic imports, a module for each of them
   * and for what it shares with the others.
   */
  readonly files: BundleFiles;
  /** Bytes of the modules that are loaded at a start: all but those that are imported dynamically. */
  readonly startBytes: number;
  /** What went into it, by file, for the benchmarks. */
  readonly metafile: Metafile;
};

/** How a bundle differs from what is deployed. */
type BundleOptions = {
  /**
   * Packages that are not bundled.
   * @default - those that the entry can't reach where it runs
   */
  readonly leftOut?: readonly string[];
  /**
   * Whether dynamic imports become modules of their own.
   * @default - in a handler, not in a task
   */
  readonly isSplit?: boolean;
};

/** The module of a bundle that is started. */
const MAIN_MODULE = 'index.mjs';

/** What esbuild calls the folder that it would write to: nothing is written. */
const OUTDIR = 'bundle';

/** CommonJS dependencies call `require` for Node's own modules; an ES module has none. */
const REQUIRE_BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Ways to credentials that a Lambda function never takes: it has them in its environment, and the SDK looks there
 * first and imports these only when it finds none. They are a sixth of a bundle. A task is not so lucky: its
 * credentials come last in the SDK's order, so that all of these are asked before.
 */
const UNREACHED_IN_LAMBDA = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
];

/** The source file of what is deployed, by its name in `functions/`: a function's handler, or the main of a task. */
export function functionEntry(name: string): string {
  const folder = functionFolder(name);
  const main = join(folder, 'main.ts');
  return existsSync(main) ? main : join(folder, 'handler.ts');
}

/** The folder of a capability. */
export function functionFolder(name: string): string {
  return join(import.meta.dirname, '..', 'functions', name);
}

/**
 * Bundles a function as it is deployed: minified, the SDK included (its version is ours, not the runtime's).
 *
 * What a handler imports dynamically is a module of its own, which a cold start doesn't parse. A task is one file: its
 * image holds no other.
 *
 * @param entry absolute path of the TypeScript file that exports `handler`, or of a task's main
 * @param options what differs from how it is deployed
 * @throws esbuild's BuildFailure when the source doesn't compile
 * @example bundle(functionEntry('skill-sync')).startBytes
 */
export function bundle(
  entry: string,
  { leftOut = isTask(entry) ? [] : UNREACHED_IN_LAMBDA, isSplit = !isTask(entry) }: BundleOptions = {},
): Bundle {
  const { outputFiles, metafile } = buildSync({
    entryPoints: { index: entry },
    outdir: OUTDIR,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    splitting: isSplit,
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    external: [...leftOut],
    logLevel: 'silent',
  });
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  return { files, startBytes: startBytesOf(metafile), metafile };
}

/** The module of a bundle that is started. @throws BundleError when there is none */
export function mainModule(files: BundleFiles): Uint8Array {
  const code = files[MAIN_MODULE];
  if (code === undefined) throw new BundleError(MAIN_MODULE);
  return code;
}

/** Writes a bundle into a folder, in the place of whatever is there. */
export function writeBundle(folder: string, files: BundleFiles): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
}

function isTask(entry: string): boolean {
  return basename(entry) === 'main.ts';
}

function startBytesOf({ outputs }: Metafile): number {
  const loaded = new Set([`${OUTDIR}/${MAIN_MODULE}`]);
  let bytes = 0;
  for (const path of loaded) {
    const output = outputs[path];
    bytes += output?.bytes ?? 0;
    for (const { path: imported, kind } of output?.imports ?? []) {
      if (kind === 'import-statement' && outputs[imported] !== undefined) loaded.add(imported);
    }
  }
  return bytes;
}
