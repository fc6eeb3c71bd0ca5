import { WRITE_BURST, writesPerDay } from '#core/feed/write-budget.ts';
import type { CostOptions } from './cost-options.ts';
import { DAYS, SECONDS, syncsOf } from './month-input.ts';
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

/** Updates that the feed writes: its burst, then as many as its budget or its gathering leaves of them. */
function feedWrites({ skills, feedPerSecond, feedGatherSeconds }: CostOptions): number {
  const load = { changesPerSecond: feedPerSecond, skills, gatherSeconds: feedGatherSeconds };
  return Math.min(feedPerSecond * SECONDS, WRITE_BURST + writesPerDay(load) * DAYS);
}
