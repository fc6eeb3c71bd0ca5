import { randomUUID } from 'node:crypto';
import { latestBelieved } from '#core/time/wrong-clock.ts';
import { type Changes, type Expression, namesOf } from './expression.ts';
import { getItem, updateItem } from './item.ts';
import type { Key, Table } from './table.ts';

/**
 * A lease with a fence, kept in an item beside whatever else that holds: `leaseUntil` says when it ends (ms since
 * 1970), `fence` counts its holders and never falls, `leaseId` names the write that took it.
 */
export type LeaseItem = {
  readonly key: Key;
  /** The attribute with the holder's name. */
  readonly holderAttribute: string;
};

/** Proof of holding a lease. */
export type LeaseProof = { readonly holder: string; readonly fence: number };

/** Who wants a lease, and for how long. */
export type LeaseClaim = { readonly holder: string; readonly now: number; readonly leaseMs: number };

/** What ends a lease: to be removed with the last write under it. The fence stays, for the next holder to raise it. */
export function leaseAttributes({ holderAttribute }: LeaseItem): readonly string[] {
  return [holderAttribute, 'leaseUntil', 'leaseId'];
}

/** What taking the lease sets, but for the fence, which each engine counts on in its own way. */
export function claimChanges({ holderAttribute }: LeaseItem, { holder, now, leaseMs }: LeaseClaim) {
  return { set: { [holderAttribute]: holder, leaseUntil: now + leaseMs } } satisfies Changes;
}

/**
 * Takes a lease that nobody holds now, or that lasts longer than any (`wrong-clock.ts`), in one conditional write.
 *
 * Where the answer to that write is lost, the SDK repeats it and is told that the condition fails: by our own write.
 * So a refusal is looked at once, consistently; otherwise everybody would wait out a lease that nobody knows to hold.
 *
 * @param set attributes that are written with it
 * @returns the fence; undefined where somebody else holds the lease
 * @throws StorageError
 */
export async function acquireLease(
  table: Table,
  item: LeaseItem,
  claim: LeaseClaim,
  set: Readonly<Record<string, unknown>> = {},
): Promise<number | undefined> {
  const leaseId = randomUUID();
  const changes: Changes = {
    set: { ...set, ...claimChanges(item, claim).set, leaseId },
    compute: { fence: 'if_not_exists(#fence, :zero) + :one' },
    values: { ':zero': 0, ':one': 1 },
  };
  const row = (await updateItem(table, item.key, changes, isFree(claim))) ?? (await getItem(table, item.key));
  return row?.leaseId === leaseId ? Number(row.fence) : undefined;
}

/** The condition of every write under a lease. The fence alone would do; the holder is there for whoever reads it. */
export function isHeldBy({ holderAttribute }: LeaseItem, { holder, fence }: LeaseProof): Expression {
  return {
    text: `#fence = :fence_ AND #${holderAttribute} = :holder_`,
    names: namesOf(['fence', holderAttribute]),
    values: { ':fence_': fence, ':holder_': holder },
  };
}

/** `isStillOn` as a condition, the other way round. */
function isFree({ now, leaseMs }: LeaseClaim): Expression {
  return {
    text: 'attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now_ OR #leaseUntil > :latest_',
    names: namesOf(['leaseUntil']),
    values: { ':now_': now, ':latest_': latestBelieved(now, leaseMs) },
  };
}
