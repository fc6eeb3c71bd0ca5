import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs once, before all tests: makes a folder in which the processes that tests start keep what each would make anew
 * and what no test is about: the functions' bundles, and V8's code of our modules. Workers and their children inherit
 * its names.
 */
const folder = mkdtempSync(join(tmpdir(), 'atom-sync-tests-'));

export function setup(): void {
  process.env.BUNDLE_CACHE_DIR = join(folder, 'bundles');
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
