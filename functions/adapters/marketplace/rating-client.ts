import type { RatingMarket } from '#core/ratings/rating-ports.ts';
import { createRatingMarket } from './ratings.ts';
import { createMarketplaceHttp, type MarketplaceHttpDeps } from './request.ts';
import { createProcessLimiter, type SharedLimiter, type SharedLimiterDeps } from './shared-limiter.ts';

/** What a process that deals with ratings knows of the marketplace. */
export type RatingClient = {
  readonly market: RatingMarket;
  readonly limiter: SharedLimiter;
  /** Tells the other processes what of the shared limit was used: after each batch or run. @throws StorageError */
  readonly flushLimiter: () => Promise<void>;
};

/**
 * Makes the marketplace's ratings with a limiter that is shared through the table: `limits` are this process's own.
 */
export function createRatingClient(
  deps: Omit<MarketplaceHttpDeps, 'limiter'> & Pick<SharedLimiterDeps, 'window' | 'onHighUse'>,
): RatingClient {
  const limiter = createProcessLimiter(deps);
  const market = createRatingMarket(createMarketplaceHttp({ ...deps, limiter }));
  return { market, limiter, flushLimiter: limiter.flush };
}
