/** All the parts of one running marketplace, as its routes and its control endpoint see them. */
import type { Catalog } from './catalog/catalog.ts';
import type { Churn } from './catalog/churn.ts';
import type { Faults } from './faults/faults.ts';
import type { Limiter } from './faults/limits.ts';
import type { FeedControls } from './feed/feed.ts';
import type { MarketplaceSettings } from './options.ts';
import type { Ratings } from './ratings.ts';
import type { Recorder } from './stats.ts';
import type { Tokens } from './tokens.ts';

/** The parts. */
export type World = {
  readonly settings: MarketplaceSettings;
  readonly now: () => number;
  readonly catalog: Catalog;
  readonly ratings: Ratings;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly limiter: Limiter;
  readonly recorder: Recorder;
  readonly feed: FeedControls;
  readonly churn: Churn;
};
