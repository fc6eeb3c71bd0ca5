import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BundleFiles, bundle, functionEntry, writeBundle } from '#lib/bundle.ts';
import { cachedBundle } from '#lib/bundle-cache.ts';
import type { CodeFor } from '#lib/constructs/bundled-function.ts';
import { type ImageFor, writeImage } from '#lib/constructs/bundled-image.ts';

type Bundled = { readonly files: BundleFiles } | { readonly failure: unknown };

/** What the stack asks for its functions' code and its task's image. */
export type EarlyBundles = { readonly codeFor: CodeFor; readonly imageFor: ImageFor };

/** Names a folder in which bundles are kept from start to start. The tests set it; a user's start bundles anew. */
const CACHE_VARIABLE = 'BUNDLE_CACHE_DIR';

/**
 * Bundles every function now, by the deployment's own `bundle`, and hands the bundles to the synthesis later: they
 * don't depend on the settings, which wait for the embedded services' addresses.
 *
 * @param folder where the bundles are written.
 */
export function bundleEarly(folder: string): EarlyBundles {
  const bundles = new Map(functionNames().map((name) => [name, tryBundle(name)]));
  const bundleOf = (name: string): BundleFiles => {
    const bundled = bundles.get(name) ?? tryBundle(name);
    if ('failure' in bundled) throw bundled.failure;
    return bundled.files;
  };
  return {
    codeFor: (_scope, name) => {
      const directory = join(folder, name);
      writeBundle(directory, bundleOf(name));
      return Code.fromAsset(directory);
    },
    imageFor: (_scope, name) => writeImage(join(folder, name), name, bundleOf(name)),
  };
}

function functionNames(): string[] {
  const functions = join(import.meta.dirname, '../..', 'functions');
  return readdirSync(functions).filter((name) => existsSync(functionEntry(name)));
}

/** A function that doesn't compile is an error only where the stack has it. */
function tryBundle(name: string): Bundled {
  try {
    const entry = functionEntry(name);
    const cache = process.env[CACHE_VARIABLE];
    return { files: cache ? cachedBundle(entry, cache) : bundle(entry).files };
  } catch (failure) {
    return { failure };
  }
}
