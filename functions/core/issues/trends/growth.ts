import { betaQuantile } from './tail-probability.ts';

/** How many requesters an issue has now, against the three weeks before. */
export type GrowthCounts = {
  /** Requesters of the last 7 days. */
  readonly recent: number;
  /** Requesters of the 21 days before those. */
  readonly before: number;
  /** Days of history there are, the last 7 included; fewer than 28 shorten what is compared with. */
  readonly historyDays: number;
  /** Whether its first ticket is of the last 7 days. */
  readonly isFirstSeen: boolean;
};

/** The rate of the last week as a multiple of that of the three weeks before; 90 % sure to lie between the ends. */
export type Growth = { readonly ratio: number; readonly low: number; readonly high: number };

export const Trend = {
  new: 'new',
  rising: 'rising',
  steady: 'steady',
  falling: 'falling',
  gone: 'gone',
} as const;
export type Trend = (typeof Trend)[keyof typeof Trend];

const RECENT_DAYS = 7;
const BEFORE_DAYS = 21;
const PRIOR = 0.5;
/** How much a week varies more than chance: holidays, releases. Without it any large issue rises or falls each week. */
const WEEKLY_OVERDISPERSION = 0.02;
const ENDS = { low: 0.05, high: 0.95 } as const;
/** Ratios are cut here: an answer has no infinite number. */
const MOST = 999;

/** How much an issue grows: the ratio of two Gamma rates, and its interval. Any counts give finite numbers. */
export function growthOf({ recent, before, historyDays }: GrowthCounts): Growth {
  const beforeDays = Math.min(BEFORE_DAYS, Math.max(0, historyDays - RECENT_DAYS));
  if (!(beforeDays > 0)) return { ratio: 1, low: 0, high: MOST };
  const now = whole(recent) + PRIOR;
  const then = whole(before) + PRIOR;
  const ratioAt = (share: number) => {
    const part = betaQuantile(share, widened(now), widened(then));
    return ((part / (1 - part)) * widened(then) * now * beforeDays) / (widened(now) * then * RECENT_DAYS);
  };
  const ratio = (now * beforeDays) / (then * RECENT_DAYS);
  return { ratio: rounded(ratio), low: rounded(ratioAt(ENDS.low)), high: rounded(ratioAt(ENDS.high)) };
}

/**
 * The word for it: `gone` when nobody wrote in the last 7 days, `new` when nobody did before, `rising` and `falling`
 * when the whole interval is on one side of 1, else `steady`.
 */
export function trendOf(counts: GrowthCounts, growth: Growth = growthOf(counts)): Trend {
  if (whole(counts.recent) === 0) return Trend.gone;
  if (!(counts.historyDays > RECENT_DAYS)) return Trend.steady;
  if (counts.isFirstSeen && whole(counts.before) === 0) return Trend.new;
  if (growth.low > 1) return Trend.rising;
  return growth.high < 1 ? Trend.falling : Trend.steady;
}

/** The shape of a Gamma distribution that varies more than the count alone would let it. */
function widened(shape: number): number {
  return 1 / (1 / shape + WEEKLY_OVERDISPERSION);
}

function whole(count: number): number {
  return count > 0 ? Math.min(count, Number.MAX_SAFE_INTEGER) : 0;
}

function rounded(ratio: number): number {
  return Number.isFinite(ratio) ? Math.round(Math.min(MOST, Math.max(0, ratio)) * 100) / 100 : MOST;
}
