import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { BundleError } from './errors.ts';

/** A function as one module. */
export type Bundle = {
  /** The whole function as one ES module. */
  readonly code: Uint8Array;
  /** What went into it, by file, for the benchmarks. */
  readonly metafile: Metafile;
};

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
 * @param entry absolute path of the TypeScript file that exports `handler`, or of a task's main
 * @param leftOut packages that are not bundled; by default those that the entry can't reach where it runs
 * @throws esbuild's BuildFailure when the source doesn't compile
 * @example bundle(functionEntry('skill-sync')).code.byteLength
 */
export function bundle(
  entry: string,
  leftOut: readonly string[] = basename(entry) === 'main.ts' ? [] : UNREACHED_IN_LAMBDA,
): Bundle {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [entry],
    outfile: 'index.mjs',
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
  const [output] = outputFiles;
  if (output === undefined) throw new BundleError(entry);
  return { code: output.contents, metafile };
}
