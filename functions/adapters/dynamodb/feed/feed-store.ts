import { getItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { acquireLease, isHeldBy } from '#adapters/dynamodb/table/lease.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { FeedLease, FeedStore } from '#core/feed/feed-state.ts';
import {
  controlChanges,
  FEED_KEY,
  FEED_LEASE,
  readFeedState,
  releaseChanges,
  renewalChanges,
} from './feed-item.ts';

/**
 * The feed's state in DynamoDB: one item, and every change of it one UpdateItem. A renewal or a release that the SDK
 * repeats has the same effect.
 *
 * @example
 * const feed = createFeedStore({ client: createDocumentClient(), name: env.TABLE_NAME, log });
 */
export function createFeedStore(table: Table): FeedStore {
  return {
    read: async () => readFeedState(await getItem(table, FEED_KEY)),
    async acquire(holder, now, leaseMs) {
      const fence = await acquireLease(table, FEED_LEASE, { holder, now, leaseMs });
      return fence === undefined ? undefined : { holder, fence };
    },
    async renew(lease, now, leaseMs, report) {
      const changes = renewalChanges(now, leaseMs, report);
      if (!(await updateItem(table, FEED_KEY, changes, isHeldBy(FEED_LEASE, lease)))) throw feedLost(lease);
    },
    async release(lease, now, report) {
      await updateItem(table, FEED_KEY, releaseChanges(now, report), isHeldBy(FEED_LEASE, lease));
    },
    async control(change) {
      const changes = controlChanges(change);
      const isAnything = Object.values(changes.set).some((value) => value !== undefined);
      if (isAnything) await updateItem(table, FEED_KEY, changes);
    },
  };
}

/** The rejection of a write under a lease that is not held any more. */
export function feedLost({ holder }: FeedLease): LeaseLostError {
  return new LeaseLostError(`Task ${holder} no longer holds the lease of the real-time feed.`);
}
