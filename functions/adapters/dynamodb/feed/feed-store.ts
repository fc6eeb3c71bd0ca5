import { randomUUID } from 'node:crypto';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Changes, type Expression, namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import { attempt, attemptIf, type Row, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { FeedLease, FeedStore } from '#core/feed/feed-state.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';
import {
  claimChanges,
  controlChanges,
  FEED_KEY,
  readFeedState,
  releaseChanges,
  renewalChanges,
} from './feed-item.ts';

/**
 * The feed's state in DynamoDB: one item, and every change of it one UpdateItem.
 *
 * A renewal or a release that the SDK repeats has the same effect. A claim is recognised by its `leaseId`: when
 * its answer was lost, the repeated one is refused because of the first, and the feed would stand still for a
 * lease that nobody knows to hold.
 *
 * @example
 * const feed = createFeedStore({ client: createDocumentClient(), name: env.TABLE_NAME, log });
 */
export function createFeedStore(table: Table): FeedStore {
  return {
    read: async () => readFeedState(await readRow(table)),
    acquire: (holder, now, leaseMs) => acquire(table, { holder, now, leaseMs }),
    async renew(lease, now, leaseMs, report) {
      if (!(await update(table, renewalChanges(now, leaseMs, report), isHeld(lease)))) throw feedLost(lease);
    },
    async release(lease, now, report) {
      await update(table, releaseChanges(now, report), isHeld(lease));
    },
    async control(change) {
      const changes = controlChanges(change);
      const isAnything = Object.values(changes.set).some((value) => value !== undefined);
      if (isAnything) await update(table, changes);
    },
  };
}

type Claim = { readonly holder: string; readonly now: number; readonly leaseMs: number };

async function acquire(table: Table, { holder, now, leaseMs }: Claim): Promise<FeedLease | undefined> {
  const leaseId = randomUUID();
  const changes: Changes = {
    ...claimChanges(holder, leaseId, now + leaseMs),
    compute: { fence: 'if_not_exists(#fence, :zero) + :one' },
    values: { ':zero': 0, ':one': 1 },
  };
  const isFree: Expression = {
    text: 'attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now_ OR #leaseUntil > :latest_',
    names: namesOf(['leaseUntil']),
    values: { ':now_': now, ':latest_': latestBelieved(now, leaseMs) },
  };
  const row = (await update(table, changes, isFree)) ?? (await readRow(table));
  return row?.leaseId === leaseId ? { holder, fence: Number(row.fence) } : undefined;
}

/** The fence alone would do; the holder is there for whoever reads the item. */
function isHeld({ fence, holder }: FeedLease): Expression {
  return {
    text: '#fence = :fence_ AND #holder = :holder_',
    names: namesOf(['fence', 'holder']),
    values: { ':fence_': fence, ':holder_': holder },
  };
}

/** The refusal of a write under a lease that is not held any more. */
export function feedLost({ holder }: FeedLease): LeaseLostError {
  return new LeaseLostError(`Task ${holder} no longer holds the lease of the real-time feed.`);
}

/** The item after the update; undefined when the condition does not hold. */
async function update(table: Table, changes: Changes, condition?: Expression): Promise<Row | undefined> {
  const written = await attemptIf('UpdateItem', () =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: FEED_KEY,
        ReturnValues: 'ALL_NEW',
        ...updateIf(changes, condition),
      }),
    ),
  );
  return written.held ? (written.answer.Attributes ?? {}) : undefined;
}

async function readRow(table: Table): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(new GetCommand({ TableName: table.name, Key: FEED_KEY, ConsistentRead: true })),
  );
  return Item;
}
