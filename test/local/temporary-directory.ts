import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that is there for one test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'atom-sync-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
