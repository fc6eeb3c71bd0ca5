import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 60_000;
const PAUSE_MS = 250;

/**
 * Waits for an answer other than undefined, a minute at most.
 *
 * @param what what is waited for, for the error
 */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const until = Date.now() + WAIT_MS; Date.now() < until; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(PAUSE_MS);
  }
  throw new Error(`waited ${WAIT_MS / 1000} s for ${what}`);
}
