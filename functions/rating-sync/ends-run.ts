import {
  askedToWaitMs,
  LeaseLostError,
  MarketplaceAuthError,
  OutOfTimeError,
  RateLimitedError,
  SecretUnavailableError,
  StoppedError,
  TokenUnavailableError,
} from '#core/errors.ts';

/**
 * Whether an error is about the whole run, not about one of its steps, skills or ratings: another invocation has its
 * lease, an admin stopped it, its time is over, the marketplace wants to be left alone, there is no token to be had, or nobody gets in with it. Whatever came
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
  SecretUnavailableError,
];
