/** All the parts of one running marketplace, as its routes and its control endpoint see them. */
import type { Catalog } from './catalog.ts';
import type { Churn } from './churn.ts';
import type { Faults } from './faults.ts';
import type { Feed } from './feed.ts';
import type { Limiter } from './limits.ts';
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
