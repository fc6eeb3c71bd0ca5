import { describeFailure } from '#core/errors.ts';
import { JobId, RunStatus } from '#core/runs/run.ts';
import type { FeedTiming } from './feed-timing.ts';
import { listRecentRuns, type PaceDeps } from './pace-catch-ups.ts';

export type WatchDeps = PaceDeps & {
  /** Told of the newest full listing that a sync has stored: when it began. */
  readonly synced: (listedAt: number) => void;
  readonly timing: Pick<FeedTiming, 'syncWatchMs'>;
};

/**
 * Looks for syncs that have succeeded, while changes are gathered: what they brought need not be written by the feed. A
 * sync that went on from an earlier run's cursor has read some of its pages before it began, and does not count.
 */
export class SyncWatch {
  readonly #deps: WatchDeps;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /** Looks, if that is due. To be called every second while changes are held. Never rejects. */
  async tick(): Promise<void> {
    const { now, log, synced, timing } = this.#deps;
    const sinceMs = now() - this.#lookedAt;
    if (sinceMs >= 0 && sinceMs < timing.syncWatchMs) return;
    this.#lookedAt = now();
    try {
      const runs = await listRecentRuns(this.#deps, { job: JobId.skillSync, status: RunStatus.success });
      const newest = runs.find(({ continues }) => continues === undefined);
      if (newest) synced(newest.startedAt);
    } catch (error) {
      log.warn('what the syncs have stored can not be looked at', { code: describeFailure(error).code });
    }
  }
}
