import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import { type Arrival, coalesce, pendingOf } from '#functions/realtime-feed/coalesce-updates.ts';
import { T0 } from '#test/contracts/versions.ts';
import { rating, removal, skill } from './arrivals.ts';

const arrival = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y'))
    .map(([changedAt, observedAt, code]) => skill('a', changedAt, observedAt, code)),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([deletedAt, observedAt]) => removal('a', deletedAt, observedAt)),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([at, observedAt]) => rating('a', at, observedAt)),
);

describe('coalesce', () => {
  it('comes to the same whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(arrival, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (all, keys) => {
          const shuffled = all
            .map((one) => ({ one, key: keys.next().value }))
            .sort((x, y) => x.key - y.key)
            .map(({ one }) => one);
          const folded = (list: readonly Arrival[]) => list.map(pendingOf).reduce(coalesce);
          expect(folded(shuffled)).toEqual(folded(all));
        },
      ),
    );
  });

  it('keeps newer aggregates beside an older change, and drops older ones', () => {
    const newer = coalesce(pendingOf(rating('a', 2)), pendingOf(skill('a', 1)));
    expect([newer.change, newer.aggregates, newer.bytes]).toEqual([skill('a', 1), rating('a', 2), 12]);
    const older = coalesce(pendingOf(rating('a', 1)), pendingOf(skill('a', 2)));
    expect([older.change, older.aggregates, older.bytes]).toEqual([skill('a', 2), undefined, 10]);
  });

  it('lets a removal lose to a version of the same millisecond', () => {
    expect(coalesce(pendingOf(removal('a', 1, 5)), pendingOf(skill('a', 1, 5))).change).toEqual(
      skill('a', 1, 5),
    );
    expect(coalesce(pendingOf(removal('a', 1, 6)), pendingOf(skill('a', 1, 5))).change).toEqual(
      removal('a', 1, 6),
    );
  });

  it('waits since its oldest frame, and weighs what is left of it', () => {
    const [old, young] = [pendingOf(skill('a', 1, 3)), pendingOf(skill('a', 2, 8))];

    for (const both of [coalesce(old, young), coalesce(young, old)]) {
      expect(both).toEqual({ key: 'skill a', change: skill('a', 2, 8), since: T0 + 3, bytes: 10 });
    }
  });

  it('goes by the order of arrival within one millisecond', () => {
    const [first, second] = [1, 2].map((order) => ({ ...removal('a', 1), order }));

    expect(coalesce(pendingOf(second!), pendingOf(first!)).change).toEqual(second);
  });

  it('drops aggregates that came before a change of the same time, not those that came after it', () => {
    const change = { ...skill('a', 1), order: 2 };
    const [before, after] = [1, 3].map((order) => ({ ...rating('a', 1), order }));

    expect(coalesce(pendingOf(before!), pendingOf(change)).aggregates).toBeUndefined();
    expect(coalesce(pendingOf(after!), pendingOf(change)).aggregates).toEqual(after);
  });
});

describe('Function: pendingOf', () => {
  it('puts all that is about one skill under one key, and a category under another', () => {
    const parsed = parseCategory({ name: 'a' });
    if (!parsed.ok) throw new Error(parsed.reason);
    const category: Arrival = {
      update: { type: 'category_update', version: parsed.value },
      observedAt: T0,
      bytes: 3,
    };

    const keys = [skill('a', 1), removal('a', 1), rating('a', 1), category].map((it) => pendingOf(it).key);

    expect(keys).toEqual(['skill a', 'skill a', 'skill a', 'category a']);
  });

  it('keeps aggregates apart from changes', () => {
    expect(pendingOf(rating('a', 1))).toMatchObject({ aggregates: rating('a', 1), bytes: 2 });
    expect(pendingOf(rating('a', 1))).not.toHaveProperty('change');
    expect(pendingOf(removal('a', 1))).not.toHaveProperty('aggregates');
  });
});
