import type { CategoryStore } from '#core/categories/category-store.ts';
import type { OpenSocket } from '#core/feed/feed-socket.ts';
import type { FeedStore } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import type { RejectedRecordRemover, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import type { FeedMinute } from './count-frames.ts';
import type { FeedTiming } from './feed-timing.ts';
import type { BufferLimits } from './write-buffer.ts';

/** The settings of the feed. */
export type FeedOptions = {
  /** False: the settings allow no feed, whatever operators want. */
  readonly isEnabled: boolean;
  /** Failures in a row after which the feed rests. */
  readonly maxAttempts: number;
  /** How long changes are gathered when there are too many to be written as they come. Milliseconds; 0: never. */
  readonly gatherMs: number;
  /** How long an entry lives from its writing. Milliseconds. */
  readonly ttlMs: number;
  /** The interval between two pings. Milliseconds. */
  readonly heartbeatMs: number;
};

/** Everything that a feed is made of and has not made itself. */
export type FeedDeps = {
  readonly openSocket: OpenSocket;
  readonly token: TokenSource;
  readonly store: FeedStore;
  readonly skills: Pick<SkillStore, 'put' | 'tombstone' | 'putAggregates'>;
  readonly categories: Pick<CategoryStore, 'put'>;
  readonly rejected: RejectedRecordStore & RejectedRecordRemover;
  readonly runs: Pick<RunStore, 'get' | 'list'>;
  /** Invokes the skill sync and does not wait for it. */
  readonly invoke: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Who this task is: another one for each. */
  readonly holder: string;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  /** Takes the metrics of the time since it was called last. */
  readonly publish: (
    minute: FeedMinute & { readonly connected: boolean; readonly disabled: boolean },
  ) => void;
  /** Called once a minute: brings the search in step with what was written since. Never throws. */
  readonly flushSearch?: () => Promise<void>;
  /** Called every second while the feed is alive. */
  readonly beat: () => void;
  readonly options: FeedOptions;
  /** To be shortened by tests. Default: FEED_TIMING. */
  readonly timing?: Partial<FeedTiming>;
  /** Default: that of the write buffer. */
  readonly limits?: Partial<BufferLimits>;
};
