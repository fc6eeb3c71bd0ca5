import { applied } from '#adapters/dynamodb/runs/memory-job-store.ts';
import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { FeedLease, FeedStore } from '#core/feed/feed-state.ts';
import { isStillOn } from '#core/time/wrong-clock.ts';
import {
  claimChanges,
  controlChanges,
  FEED_KEY,
  readFeedState,
  releaseChanges,
  renewalChanges,
} from './feed-item.ts';
import { feedLost } from './feed-store.ts';

/** The feed's item by its partition key. */
export type MemoryFeed = { readonly feed: Map<string, Row> };

/** The in-memory fake of `createFeedStore`: the adapter's own changes, applied to a row in memory. */
export function createMemoryFeedStore({ feed }: MemoryFeed): FeedStore {
  const row = () => feed.get(FEED_KEY.pk);
  const change = (changes: Changes) => feed.set(FEED_KEY.pk, applied(row() ?? {}, changes));
  const isHeld = ({ fence, holder }: FeedLease) => row()?.fence === fence && row()?.holder === holder;
  return {
    read: async () => readFeedState(row()),
    async acquire(holder, now, leaseMs) {
      if (isStillOn(readFeedState(row()).leaseUntil, now, leaseMs)) return undefined;
      const fence = Number(row()?.fence ?? 0) + 1;
      const { set } = claimChanges(holder, `lease-${fence}`, now + leaseMs);
      change({ set: { ...set, fence } });
      return { holder, fence };
    },
    async renew(lease, now, leaseMs, report) {
      if (!isHeld(lease)) throw feedLost(lease);
      change(renewalChanges(now, leaseMs, report));
    },
    async release(lease, now, report) {
      if (isHeld(lease)) change(releaseChanges(now, report));
    },
    async control(wish) {
      change(controlChanges(wish));
    },
  };
}
