import { describe, expect, it } from 'vitest';
import { resolved, waitingConflict } from '#core/conflicts/resolve-conflict.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import {
  aggregated,
  cachedSkill,
  edited,
  freshEntry,
  isUnreadable,
  received,
  removed,
  type SkillEntry,
  tombstoned,
} from '#core/skills/skill-entry.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { HOUR, seen, T0, version } from '#test/contracts/versions.ts';

const PLAN = { strategy: 'manual', newId: '01KHTNPR6M4Y8Z0V9QK2D3F5GH' } as const;
const BY = { by: 'dana', now: T0 + 1 };
const feed = (after: number) => seen(after, { fence: undefined });
const stored = freshEntry(version('a', 0), seen(0, { fence: 5 }));
const change = (fields: Partial<Skill>) => edited((skill) => ({ ...effectiveSkill(skill), ...fields }), BY);
const editedEntry = change({ description: 'mine' })(stored).entry;
const conflicting = received(version('a', 5_000, { description: 'theirs' }), feed(5_000), PLAN)(editedEntry);

function digestOf({ updatedAt = '', hash = '', expiresAt = 0 }: SkillEntry) {
  return { skillId: 'a', updatedAt, hash, expiresAt, tombstone: false };
}

describe('The transitions of a skill’s entry', () => {
  it('keep the fence of the last holder of a lease where the writer has none', () => {
    const next = [
      received(version('a', 5_000), feed(5_000), PLAN)(stored),
      tombstoned(instantFromMs(T0 + 5_000), feed(5_000))(stored),
      removed(digestOf(stored), feed(5_000))(stored),
      change({ name: 'mine' })(stored),
    ];
    expect(next.map(({ entry }) => entry?.fence)).toEqual([5, 5, 5, 5]);
    expect(tombstoned(instantFromMs(T0), feed(0))(undefined).entry?.fence).toBe(0);
  });

  it('leave the entry as it is where they have nothing to do', () => {
    const aggregates = { skillId: 'a', averageRating: 4, ratingCount: 2, stamp: '2020-01-01T00:00:00Z' };
    expect(received(version('a', -1), seen(9, { fence: 5 }), PLAN)(stored)).toEqual({
      result: { outcome: 'superseded' },
    });
    expect(received(version('a', 9), seen(9, { fence: 4 }), PLAN)(stored)).toEqual({
      result: { outcome: 'fenced' },
    });
    expect(aggregated(aggregates, feed(9_000))(stored)).toEqual({ result: false });
    expect(removed(digestOf(stored), seen(0, { fence: 5 }))(stored)).toEqual({ result: false });
    expect(tombstoned(instantFromMs(T0 - 1), feed(9_000))(stored)).toEqual({ result: false });
    expect(change({})(stored)).toEqual({ result: cachedSkill(stored) });
  });

  it('never remove a skill that is edited here', () => {
    expect(removed(digestOf(stored), seen(9_000, { fence: 5 }))(editedEntry)).toEqual({ result: false });
    expect(tombstoned(instantFromMs(T0 + 9_000), feed(9_000))(editedEntry)).toEqual({ result: false });
  });

  it('number an edit from the time on, and never twice', () => {
    expect(editedEntry?.edit).toMatchObject({ revision: BY.now, editedAt: BY.now, editedBy: 'dana' });
    const again = change({ code: 'x' })(editedEntry).entry;
    expect(again?.edit?.revision).toBe(BY.now + 1);
    // A version that leaves the edit alone leaves its number, so that it disturbs nobody who is editing.
    expect(conflicting.entry?.edit).toMatchObject({ revision: BY.now, editedBy: 'dana' });
  });

  it('open a conflict, hand it to the admin’s decision and leave its record in the outbox', () => {
    const conflict = waitingConflict(conflicting.entry);
    expect(conflicting.result.conflict).toEqual({
      detected: true,
      type: 'OTHER',
      severity: 'LOW',
      end: undefined,
    });
    expect(conflict).toMatchObject({ id: PLAN.newId, local: { description: 'mine' } });
    const ask = { strategy: 'local_wins', by: 'root', revision: undefined, now: T0 + 9_000 } as const;
    const { entry, result } = resolved({ conflict: { id: PLAN.newId, skillId: 'a' }, ...ask })(
      conflicting.entry,
    );
    expect(result).toMatchObject({ outcome: 'resolved', conflict: { resolution: { resolvedBy: 'root' } } });
    expect(entry?.outbox).toMatchObject({ id: PLAN.newId, strategy: 'local_wins', resolvedAt: T0 + 9_000 });
    expect(entry?.edit).toMatchObject({ conflict: undefined, base: { description: 'theirs' } });
    expect(resolved({ conflict: { id: 'other', skillId: 'a' }, ...ask })(conflicting.entry)).toEqual({
      result: undefined,
    });
  });

  it('hold every try of a decision to the sides that the first one met', () => {
    const ask = { strategy: 'merge', by: 'root', revision: undefined, now: T0 + 9_000 } as const;
    const decide = resolved({ conflict: { id: PLAN.newId, skillId: 'a' }, ...ask });
    expect(decide(conflicting.entry).result).toMatchObject({ outcome: 'resolved' });
    const rated = received(
      version('a', 6_000, { description: 'theirs', rating_count: 1 }),
      feed(6_000),
      PLAN,
    );
    expect(decide(rated(conflicting.entry).entry).result).toMatchObject({ outcome: 'resolved' });
    const moved = received(version('a', 6_000, { description: 'newer' }), feed(6_000), PLAN);
    expect(decide(moved(conflicting.entry).entry).result).toMatchObject({ outcome: 'changed' });
  });

  it('are the same when they are repeated', () => {
    const remove = removed(digestOf(stored), seen(9_000, { fence: 5 }));
    const tombstone = remove(stored).entry;
    expect(remove(tombstone)).toEqual({ result: true });
    const put = received(version('a', 5_000), seen(5_000, { fence: 5 }), PLAN);
    expect(put(put(stored).entry)).toEqual(put(stored));
  });
});

describe('An entry', () => {
  it('is a live skill, a tombstone, or unreadable', () => {
    const tombstone = tombstoned(instantFromMs(T0 + 5_000), feed(5_000))(stored).entry ?? {};
    const damaged = [{ remote: undefined }, { hash: undefined }, { rank: 'x' }, { expiresAt: undefined }];
    expect(cachedSkill(stored)).toEqual({
      remote: version('a', 0),
      observedAt: T0,
      expiresAt: new Date(T0 + 24 * HOUR),
    });
    expect([cachedSkill(undefined), cachedSkill(tombstone), isUnreadable(tombstone)]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    for (const damage of damaged) expect(isUnreadable({ ...stored, ...damage })).toBe(true);
  });

  it('gives way to the next version where its edit can’t be read', () => {
    const edit = { ...editedEntry?.edit, local: undefined } as SkillEntry['edit'];
    const { entry } = received(version('a', 5_000), feed(5_000), PLAN)({ ...editedEntry, edit });
    expect(entry).toMatchObject({ edit: undefined, remote: version('a', 5_000).skill });
  });
});
