import { expect, it } from 'vitest';
import {
  LeaseLostError,
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  QueueError,
  RateLimitedError,
  RatingContendedError,
  SecretUnavailableError,
  StoppedError,
  StorageError,
  TokenUnavailableError,
} from '#core/errors.ts';
import { endsRun } from '#functions/rating-sync/ends-run.ts';

it.each([
  new LeaseLostError('lost'),
  new StoppedError('stopped'),
  new OutOfTimeError('over'),
  new RateLimitedError('wait', undefined),
  new MarketplaceAuthError('401'),
  new TokenUnavailableError('none'),
  new SecretUnavailableError('unreadable', { cause: new Error('AccessDenied') }),
  new MarketplaceUnavailableError('down', { retryAfterMs: 1 }),
])('ends the whole run: %s', (error) => {
  expect(endsRun(error)).toBe(true);
});

it.each([
  new MarketplaceUnavailableError('down'),
  new MarketplaceRefusedError('no', 404),
  new MalformedAnswerError('what?'),
  new QueueError('down'),
  new StorageError('down'),
  new RatingContendedError('again'),
  new Error('a fault of ours'),
  undefined,
])('is about one step, skill or rating alone: %s', (error) => {
  expect(endsRun(error)).toBe(false);
});
