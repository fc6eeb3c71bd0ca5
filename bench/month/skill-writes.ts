import type { CostOptions } from './cost-options.ts';
import { SECONDS, syncsOf } from './month-input.ts';
import { renewedShare } from './renewals.ts';

/** How often a month writes a skill anew, and why. */
export type SkillWrites = {
  /** Changes that the syncs find. */
  readonly bySyncs: number;
  /** Changes that the feed writes. */
  readonly byFeed: number;
  /** Entries whose life is extended. */
  readonly renewed: number;
};

// As the feed gathers (docs/realtime-feed.md): what it writes at once comes out of a bucket.
const BUCKET_WRITES = 100_000;
const REFILL_PER_SECOND = 2;
/** Below it a share is what rounding left. */
const LEAST_SHARE = 1e-9;

/**
 * What is written of skills in a month. What the feed has written a sync finds as it should be, so that a change costs
 * once; a sync finds what the feed said nothing of.
 */
export function skillWrites(options: CostOptions): SkillWrites {
  const { skills, changedShare, intervalMinutes, ttlHours } = options;
  const syncs = syncsOf(options);
  const byFeed = feedWrites(options);
  const saidShare = Math.min(1, (options.feedPerSecond * intervalMinutes * 60) / skills);
  const unsaidShare = changedShare - saidShare;
  const foundShare = unsaidShare > LEAST_SHARE ? unsaidShare : 0;
  const writtenShare = Math.min(1, foundShare + byFeed / syncs / skills);
  const lifetime = { ttlMs: ttlHours * 3_600_000, intervalMs: intervalMinutes * 60_000 };
  return {
    bySyncs: skills * foundShare * syncs,
    byFeed,
    renewed: skills * renewedShare(writtenShare, lifetime) * syncs,
  };
}

/**
 * Updates that the feed writes. Up to the refill each is written at once; of more the bucket takes so many, and then
 * each skill is written once in the time that is gathered for.
 */
function feedWrites({ skills, feedPerSecond, feedGatherSeconds }: CostOptions): number {
  const all = feedPerSecond * SECONDS;
  if (feedGatherSeconds === 0) return all;
  const gatheredPerSecond =
    (skills * (1 - Math.exp((-feedPerSecond * feedGatherSeconds) / skills))) / feedGatherSeconds;
  return Math.min(all, BUCKET_WRITES + Math.max(REFILL_PER_SECOND, gatheredPerSecond) * SECONDS);
}
