import type { Sleep } from '#core/time/clock.ts';

/**
 * Real time passing. A sleep that is aborted rejects with the signal's reason and leaves no timer behind. (The one of
 * `node:timers/promises` makes an error with its stack for each that is aborted, and every request aborts one.)
 */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
