import type { Growth } from './growth.ts';

/** How many of an issue's tickets are how bad. Those without an analysis are in none. */
export type SeverityMix = {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
};

const WEIGHTS: SeverityMix = { critical: 8, high: 4, medium: 2, low: 1 };
/** Growth counts between these, so that neither one busy day nor one quiet week alone makes the order. */
const GROWTH = { least: 0.5, most: 4 } as const;
const BURST_FACTOR = 4;

/**
 * What orders issues: the mean weight of its severities (critical 8, high 4, medium 2, low 1; 2 where there is no
 * analysis) × the requesters of the last 7 days × its growth, × 4 while it bursts. Growth counts as far as it is
 * certain: the end of its interval that is nearer to 1, or 1 where the interval holds 1.
 */
export function issueScore(issue: {
  readonly severityMix: SeverityMix;
  readonly requesters7d: number;
  readonly growth: Growth;
  readonly isBursting: boolean;
}): number {
  const { severityMix, requesters7d, growth, isBursting } = issue;
  const factor = Math.min(GROWTH.most, Math.max(GROWTH.least, certainGrowth(growth)));
  const score =
    meanWeight(severityMix) * Math.max(0, requesters7d) * factor * (isBursting ? BURST_FACTOR : 1);
  return Number.isFinite(score) ? Math.round(score * 100) / 100 : 0;
}

function meanWeight(mix: SeverityMix): number {
  const levels = ['critical', 'high', 'medium', 'low'] as const;
  const count = levels.reduce((sum, level) => sum + Math.max(0, mix[level]), 0);
  if (!(count > 0)) return WEIGHTS.medium;
  return levels.reduce((sum, level) => sum + Math.max(0, mix[level]) * WEIGHTS[level], 0) / count;
}

function certainGrowth({ low, high }: Growth): number {
  if (low > 1) return low;
  return high < 1 ? high : 1;
}
