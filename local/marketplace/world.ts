/** All the parts of one running marketplace, as its routes and its control endpoint see them. */
import type { Catalog } from './catalog/catalog.ts';
import type { Churn } from './catalog/churn.ts';
import type { Faults } from './faults/faults.ts';
import type { Limiter } from './faults/limits.ts';
import type { Feed } from './feed/feed.ts';
import type { Settings } from './options.ts';
import type { Ratings } from './ratings.ts';
import type { Recorder } from './stats.ts';
import type { Tokens } from './tokens.ts';

/** The parts. */
export interface World {
  settings: Settings;
  now: () => number;
  catalog: Catalog;
  ratings: Ratings;
  tokens: Tokens;
  faults: Faults;
  limiter: Limiter;
  recorder: Recorder;
  feed: Feed;
  churn: Churn;
}
