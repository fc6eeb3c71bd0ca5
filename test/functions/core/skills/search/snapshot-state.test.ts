import { describe, expect, it } from 'vitest';
import {
  keptInSnapshot,
  NO_CHANGES,
  type StoredChange,
  toBeMerged,
  withChange,
  withMerged,
} from '#core/skills/search/snapshot-state.ts';
import { HOUR, T0 } from '#test/contracts/versions.ts';

const KB = 1_024;
const change = (id: string, bytes: number, writtenAt = T0): StoredChange => ({
  id,
  parts: 1,
  bytes,
  writtenAt,
});
const state = (...changes: StoredChange[]) => changes.reduce(withChange, NO_CHANGES);
const idsOf = (changes: readonly StoredChange[]) => changes.map(({ id }) => id).join('');

describe('The changes of a snapshot', () => {
  it('are merged into one once the later ones weigh half as much as the first', () => {
    expect(toBeMerged(NO_CHANGES, T0)).toEqual([]);
    expect(toBeMerged(state(change('a', 600 * KB), change('b', 300 * KB)), T0)).toEqual([]);
    expect(
      idsOf(toBeMerged(state(change('a', 600 * KB), change('b', 200 * KB), change('c', 101 * KB)), T0)),
    ).toBe('abc');
  });

  it('are left alone while they are small', () => {
    expect(toBeMerged(state(change('a', 1 * KB), change('b', 60 * KB)), T0)).toEqual([]);
  });

  it('are merged before the first one expires', () => {
    const changes = state(change('a', 600 * KB), change('b', 1, T0 + 71 * HOUR));
    expect(toBeMerged(changes, T0 + 72 * HOUR)).toEqual([]);
    expect(idsOf(toBeMerged(changes, T0 + 73 * HOUR))).toBe('ab');
  });

  it('are merged without the first one where there are only many', () => {
    const many = Array.from({ length: 65 }, (_, n) => change(n === 0 ? 'a' : 'b', n === 0 ? 600 * KB : 1));
    expect(toBeMerged(state(...many.slice(0, 64)), T0)).toEqual([]);
    expect(idsOf(toBeMerged(state(...many), T0))).toBe('b'.repeat(64));
  });

  it('are replaced where they stand, and only if all of them still do', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => change(id, 1)) as [
      StoredChange,
      StoredChange,
      StoredChange,
      StoredChange,
    ];
    const merged = change('m', 2);
    expect(idsOf(withMerged(state(a, b, c, d), [b, c], merged)?.changes ?? [])).toBe('amd');
    expect(withMerged(state(a, c, d), [b, c], merged)).toBeUndefined();
    expect(withMerged(state(a, b, d), [b, c], merged)).toBeUndefined();
    expect(withMerged(state(a), [], merged)).toBeUndefined();
  });

  it('hold no more skills than are indexed, the first by their ids', () => {
    const skills = Array.from({ length: 20_001 }, (_, n) => ({
      id: String(n).padStart(5, '0'),
      ...{ hash: '', name: '', tags: [], category: '', description: '' },
    }));
    expect(keptInSnapshot(skills.toReversed())).toEqual(skills.slice(0, 20_000));
  });
});
