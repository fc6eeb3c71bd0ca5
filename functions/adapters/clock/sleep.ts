import { setTimeout } from 'node:timers/promises';
import type { Sleep } from '#core/time/clock.ts';

/** Real time passing. A sleep that is aborted rejects with the signal's reason and leaves no timer behind. */
export const sleep: Sleep = async (ms, signal) => {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
};
