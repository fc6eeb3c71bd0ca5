import { type BundleFiles, functionEntry } from '#lib/bundle.ts';
import { cachedBundle } from '#lib/bundle-cache.ts';

/** The files of a function's bundle as it is deployed, made once in a run of the tests for all who look at it. */
export function sharedBundle(name: string): BundleFiles {
  const folder = process.env.BUNDLE_CACHE_DIR;
  if (!folder) throw new Error('BUNDLE_CACHE_DIR is not set: test/share-work.ts has not run.');
  return cachedBundle(functionEntry(name), folder);
}
