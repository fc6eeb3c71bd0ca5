/** What a Claude stand-in can be started with. */

import type { KnownIssue } from './analyser/known-issues.ts';

/** The key that works unless another is given. */
export const DEFAULT_API_KEY = 'sk-ant-standin-local';

/** The limits of one model in a minute. */
export type MinuteLimits = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** The limits of the start tier. */
const START_TIER: MinuteLimits = { requests: 1000, inputTokens: 2_000_000, outputTokens: 400_000 };

/** Options; every one may be left out. */
export type ClaudeOptions = {
  /** The key that is accepted. Default `DEFAULT_API_KEY`. */
  readonly apiKey?: string;
  /** Decides ids and the order of results. Default 1. */
  readonly seed?: number;
  /** The server's clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Waits for slow answers. Default a real timer that keeps no process alive. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Directory that keeps batches and payments over a restart; made where it is missing. Default none. */
  readonly statePath?: string;
  /** How many request bodies `stats.bodies` keeps. Default 200. */
  readonly keptBodies?: number;
  /** Issues that tickets are about: theirs get one statement, whatever their wording and language. Default none. */
  readonly knownIssues?: readonly KnownIssue[];
  /** What can be changed later. */
  readonly settings?: Partial<ClaudeSettings>;
};

/** Settings that may be changed while the simulator runs. */
export type ClaudeSettings = {
  /** How long a batch that is created takes, seconds. More than 24 h: it expires. Default 2. */
  batchSeconds: number;
  /** How long a cancellation takes, seconds. Default 1. */
  cancelSeconds: number;
  /** Base of `results_url`, to name another host than its own. Default undefined. */
  resultsOrigin: string | undefined;
  /** What the rate-limit headers say. Default the start tier's. */
  limits: MinuteLimits;
  /** True: whoever goes beyond the limits gets 429. Default false. */
  enforceLimits: boolean;
  /** The customer's own limit, dollars: 400 once it is spent. Default undefined, for none. */
  spendLimitUsd: number | undefined;
  /** Delay before every answer, milliseconds. Default 0. */
  latencyMs: number;
};

/** The settings that the options ask for. */
export function initialSettings({ settings }: ClaudeOptions): ClaudeSettings {
  return {
    batchSeconds: 2,
    cancelSeconds: 1,
    resultsOrigin: undefined,
    limits: START_TIER,
    enforceLimits: false,
    spendLimitUsd: undefined,
    latencyMs: 0,
    ...settings,
  };
}
