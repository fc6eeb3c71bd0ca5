import {
  askedToWaitMs,
  LeaseLostError,
  MarketplaceAuthError,
  OutOfTimeError,
  RateLimitedError,
  StoppedError,
  TokenUnavailableError,
} from '#core/errors.ts';

/**
 * Whether an error is about the whole run, not about one of its steps, skills or ratings: another invocation has its
 * lease, an admin stopped it, its time is over, the marketplace wants to be left alone, or nobody gets in with this token. Whatever came
 * next would meet the same.
 */
export function endsRun(error: unknown): boolean {
  return askedToWaitMs(error) !== undefined || ENDS.some((type) => error instanceof type);
}

const ENDS = [
  LeaseLostError,
  StoppedError,
  OutOfTimeError,
  RateLimitedError,
  MarketplaceAuthError,
  TokenUnavailableError,
];
