import { statSync, writeFileSync } from 'node:fs';

/** How often the file is written while the feed is alive. */
const BEAT_MS = 5_000;
/** A file that is older than this belongs to a process that stands still or is gone. Longer than any single wait. */
const FRESH_MS = 60_000;

/**
 * Makes the heartbeat of the process: a file that is written again and again while the feed is alive. A container
 * without a port has no other way to be asked.
 *
 * @param path of a file in a folder that may be written
 */
export function createHealthFile(path: string, now: () => number): { beat(): void } {
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    beat: () => {
      const sinceMs = now() - writtenAt;
      if (sinceMs >= 0 && sinceMs < BEAT_MS) return;
      writtenAt = now();
      writeFileSync(path, new Date(writtenAt).toISOString());
    },
  };
}

/** Whether the process that beats on this file is alive. Asked by another process, so it goes by the file's own time. */
export function isHealthy(path: string, nowMs: number): boolean {
  try {
    return Math.abs(nowMs - statSync(path).mtimeMs) < FRESH_MS;
  } catch {
    return false;
  }
}
