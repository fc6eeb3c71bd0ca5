import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';

export interface Bundle {
  /** The whole function as one ES module. */
  readonly code: Uint8Array;
  /** What went into it, by file, for the benchmarks. */
  readonly metafile: Metafile;
}

/** CommonJS dependencies call `require` for Node's own modules; an ES module has none. */
const REQUIRE_BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** The source file of what is deployed, by its name in `functions/`: a function's handler, or the main of a task. */
export function functionEntry(name: string): string {
  const folder = functionFolder(name);
  const main = join(folder, 'main.ts');
  return existsSync(main) ? main : join(folder, 'handler.ts');
}

/** How a bundle comes by AWS credentials: `environment` is Lambda's one way, `chain` all that the SDK knows. */
export type Credentials = 'environment' | 'chain';

function aliasesOf(credentials: Credentials): Record<string, string> {
  if (credentials === 'chain') return {};
  const provider = join(functionFolder('adapters'), 'credentials', 'environment-provider.ts');
  return { '@aws-sdk/credential-provider-node': provider };
}

/** The folder of a capability. */
export function functionFolder(name: string): string {
  return join(import.meta.dirname, '..', 'functions', name);
}

/**
 * Bundles a function as it is deployed: minified, the SDK included (its version is ours, not the runtime's).
 *
 * @param entry absolute path of the TypeScript file that exports `handler`, or of a task's main
 * @param credentials by default what suits the entry: a task is given its credentials at an address
 * @throws esbuild's BuildFailure when the source doesn't compile
 * @example bundle(functionEntry('skill-sync')).code.byteLength
 */
export function bundle(
  entry: string,
  credentials: Credentials = basename(entry) === 'main.ts' ? 'chain' : 'environment',
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
    alias: aliasesOf(credentials),
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return { code: output.contents, metafile };
}
