import { type Lifetime, renewalThresholdMs } from '#core/skills/cached-skill.ts';

/** Ids over which the jitter is averaged: it is fixed by a hash of the id. */
const SAMPLE = 1_000;

/**
 * The share of skills that a sync renews on the average, once the system has run for a while. An entry written
 * anew, be it by a change, starts its life again; it is renewed after so many syncs unless it has changed by then.
 *
 * @param changedShare the share that differs from one sync to the next, each skill as likely as any other
 */
export function renewedShare(changedShare: number, lifetime: Lifetime): number {
  let sum = 0;
  for (let id = 0; id < SAMPLE; id += 1) {
    const ageMs = lifetime.ttlMs - renewalThresholdMs(`skill-${id}`, lifetime);
    // The first sync after that age: what has exactly so much left is kept once more.
    const syncs = Math.floor(ageMs / lifetime.intervalMs) + 1;
    const unchanged = (1 - changedShare) ** syncs;
    const meanSyncs = changedShare === 0 ? syncs : (1 - unchanged) / changedShare;
    sum += unchanged / meanSyncs;
  }
  return sum / SAMPLE;
}
