/** All the parts of one running simulator, as its calls and its control endpoint see them. */
import type { IssueFinder } from './analyser/known-issues.ts';
import type { Batches } from './batches/batches.ts';
import type { Ids } from './ids.ts';
import type { Models } from './models.ts';
import type { ClaudeSettings } from './options.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Recorder } from './stats.ts';
import type { Switches } from './switches/switches.ts';

/** The parts. */
export type World = {
  readonly apiKey: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly settings: ClaudeSettings;
  readonly ids: Ids;
  readonly models: Models;
  readonly switches: Switches;
  readonly limits: RateLimits;
  readonly recorder: Recorder;
  readonly batches: Batches;
  readonly findIssue: IssueFinder;
};
