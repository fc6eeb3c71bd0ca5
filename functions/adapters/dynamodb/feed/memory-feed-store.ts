import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import { acquireMemoryLease, applied, isMemoryLeaseHeldBy } from '#adapters/dynamodb/table/memory-lease.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { FeedLease, FeedStore } from '#core/feed/feed-state.ts';
import {
  controlChanges,
  FEED_KEY,
  FEED_LEASE,
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
  const isHeld = (lease: FeedLease) => isMemoryLeaseHeldBy(feed, FEED_LEASE, lease);
  return {
    read: async () => readFeedState(row()),
    async acquire(holder, now, leaseMs) {
      const fence = acquireMemoryLease(feed, FEED_LEASE, { holder, now, leaseMs });
      return fence === undefined ? undefined : { holder, fence };
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
