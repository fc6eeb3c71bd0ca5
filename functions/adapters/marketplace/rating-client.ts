import type { RatingMarket } from '#core/rating-ports.ts';
import type { RequestWindow } from '#core/request-window.ts';
import { createRateLimiter, type Limits } from './rate-limiter.ts';
import { createRatingMarket } from './ratings.ts';
import { createMarketplaceHttp, type MarketplaceHttpDeps } from './request.ts';
import { createSharedLimiter } from './shared-limiter.ts';

/** What a process that deals with ratings knows of the marketplace. */
export type RatingClient = {
  readonly market: RatingMarket;
  /** Tells the other processes what of the shared limit was used: after each batch or run. @throws StorageError */
  readonly flushLimiter: () => Promise<void>;
};

/**
 * Makes the marketplace's ratings with a limiter that is shared through the table: `limits` are this process's own.
 */
export function createRatingClient(
  deps: Omit<MarketplaceHttpDeps, 'limiter'> & { readonly window: RequestWindow; readonly limits?: Limits },
): RatingClient {
  const local = createRateLimiter(deps, deps.limits);
  const limiter = createSharedLimiter({ ...deps, local, perMinute: deps.limits?.perMinute });
  const market = createRatingMarket(createMarketplaceHttp({ ...deps, limiter }));
  return { market, flushLimiter: limiter.flush };
}
