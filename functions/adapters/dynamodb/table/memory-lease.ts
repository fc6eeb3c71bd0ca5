import { isStillOn } from '#core/time/wrong-clock.ts';
import type { Changes } from './expression.ts';
import { claimChanges, type LeaseClaim, type LeaseItem, type LeaseProof } from './lease.ts';
import type { Row } from './table.ts';

/** The rows in memory that hold leases, by the partition of their keys. */
type Rows = Map<string, Row>;

/** The in-memory counterpart of `acquireLease`. @returns the fence; undefined where somebody else holds the lease */
export function acquireMemoryLease(rows: Rows, item: LeaseItem, claim: LeaseClaim): number | undefined {
  const row = rows.get(item.key.pk) ?? {};
  const leaseUntil = typeof row.leaseUntil === 'number' ? row.leaseUntil : undefined;
  if (isStillOn(leaseUntil, claim.now, claim.leaseMs)) return undefined;
  const fence = Number(row.fence ?? 0) + 1;
  rows.set(item.key.pk, applied(row, { set: { ...claimChanges(item, claim).set, fence } }));
  return fence;
}

/** The in-memory counterpart of the condition `isHeldBy`. */
export function isMemoryLeaseHeldBy(
  rows: Rows,
  { key, holderAttribute }: LeaseItem,
  { holder, fence }: LeaseProof,
): boolean {
  const row = rows.get(key.pk);
  return row?.fence === fence && row[holderAttribute] === holder;
}

/** A row after the changes that the adapter would write as one update expression. */
export function applied(row: Row, { set = {}, remove = [], add = {} }: Changes): Row {
  const after: Record<string, unknown> = { ...row };
  for (const name of remove) delete after[name];
  for (const [name, value] of Object.entries(set)) if (value !== undefined) after[name] = value;
  for (const [name, value] of Object.entries(add)) {
    if (value !== undefined) after[name] = Number(after[name] ?? 0) + value;
  }
  return after;
}
