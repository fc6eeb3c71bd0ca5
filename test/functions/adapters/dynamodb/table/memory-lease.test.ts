import { describe, expect, it } from 'vitest';
import type { LeaseItem } from '#adapters/dynamodb/table/lease.ts';
import { acquireMemoryLease, isMemoryLeaseHeldBy } from '#adapters/dynamodb/table/memory-lease.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';

const ITEM: LeaseItem = { key: { pk: 'THING', sk: 'STATE' }, holderAttribute: 'owner' };
const NOW = Date.UTC(2026, 2, 2, 9);
const LEASE_MS = 30_000;

const table = (row: Readonly<Record<string, unknown>> = {}) => new Map([['THING', row]]);
const acquire = (rows: ReturnType<typeof table>, holder = 'b') =>
  acquireMemoryLease(rows, ITEM, { holder, now: NOW, leaseMs: LEASE_MS });

describe('Function: acquireMemoryLease', () => {
  it.each([
    ['nobody has ever held', {}, 1],
    ['was given back', { fence: 4 }, 5],
    ['is over', { fence: 4, owner: 'a', leaseUntil: NOW }, 5],
    ['lasts', { fence: 4, owner: 'a', leaseUntil: NOW + 1 }, undefined],
    [
      'a clock within the tolerance has given',
      { fence: 4, owner: 'a', leaseUntil: NOW + LEASE_MS + CLOCK_TOLERANCE_MS },
      undefined,
    ],
    [
      'a wrong clock has given',
      { fence: 4, owner: 'a', leaseUntil: NOW + LEASE_MS + CLOCK_TOLERANCE_MS + 1 },
      5,
    ],
  ])('of a lease that %s', (_what, row, fence) => {
    const rows = table(row);
    expect(acquire(rows)).toBe(fence);
    expect(rows.get('THING')).toEqual(
      fence === undefined ? row : { fence, owner: 'b', leaseUntil: NOW + LEASE_MS },
    );
  });

  it('leaves what else the item holds as it is', () => {
    const rows = table({ report: 1 });
    acquire(rows);
    expect(rows.get('THING')).toMatchObject({ report: 1 });
  });
});

describe('Function: isMemoryLeaseHeldBy', () => {
  it('is so for the last holder alone, by its fence', () => {
    const rows = table();
    const fence = acquire(rows) ?? 0;
    const isHeldBy = (holder: string, by: number) => isMemoryLeaseHeldBy(rows, ITEM, { holder, fence: by });
    expect([isHeldBy('b', fence), isHeldBy('a', fence), isHeldBy('b', fence - 1)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
