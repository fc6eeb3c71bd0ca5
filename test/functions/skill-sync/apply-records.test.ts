import { describe, expect, it } from 'vitest';
import { LeaseLostError, StorageError, TooLargeError } from '#core/errors.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { PutResult } from '#core/skills/skill-entry.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { createRecordApplier } from '#functions/skill-sync/apply-records.ts';
import { createHeldBack } from '#functions/skill-sync/held-back.ts';
import type { KnownCache } from '#functions/skill-sync/known-cache.ts';

const NOW = Date.parse('2026-02-19T10:30:00Z');
const HOUR = 3_600_000;
const record = (id: string, time = '2026-02-01T00:00:00Z') => ({
  ...{ skill_id: id, name: `Skill ${id}`, updated_at: time },
});
const EARLIER = '2026-01-01T00:00:00Z';

/** What the cache holds of a skill that is newer than {@link EARLIER}. */
const newerOf = (skillId: string): SkillDigest => ({
  ...{ skillId, updatedAt: '2026-02-01T00:00:00', hash: 'x', expiresAt: NOW + 24 * HOUR, tombstone: false },
});

type Put = (id: string) => Promise<PutResult>;

function create({ acceptOlder = false, put = (async () => ({ outcome: 'written' })) as Put } = {}) {
  const known: KnownCache = new Map();
  const heldBack = createHeldBack();
  const seen = new Set<string>();
  const rejected: (readonly [string, string])[] = [];
  const observations: Observation[] = [];
  const clock = { now: NOW };
  const behaviour = { put };
  const apply = createRecordApplier({
    skills: {
      put: async ({ skill }, observation) => {
        observations.push(observation);
        return behaviour.put(skill.skill_id);
      },
    },
    reject: async (kind, id) => void rejected.push([kind, id]),
    see: (id) => seen.size < seen.add(id).size,
    ...{ known, heldBack, acceptOlder, fence: 7, now: () => clock.now },
    lifetime: { ttlMs: 24 * HOUR, intervalMs: HOUR },
    signal: new AbortController().signal,
  });
  return {
    ...{ known, seen, heldBack, rejected, observations, clock, behaviour, apply },
    counts: async (...records: unknown[]) => {
      const { counts } = await apply(records, clock.now);
      return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
    },
  };
}

describe('Function: createRecordApplier', () => {
  it('writes what is new or changed, and not what the cache holds', async () => {
    const { counts, observations, seen } = create();
    expect(await counts(record('a'), record('b'))).toEqual({ added: 2 });
    seen.clear();
    expect(await counts(record('a'), record('b', '2026-02-02T00:00:00Z'))).toEqual({
      unchanged: 1,
      changed: 1,
    });
    expect(observations).toHaveLength(3);
    expect(observations[0]).toMatchObject({
      ...{ observedAt: NOW, fence: 7 },
      overrule: { what: 'undated', observedBefore: NOW },
    });
  });

  it('counts a skill where it is met first alone', async () => {
    const { counts } = create();
    expect(await counts(record('a'), record('a'))).toEqual({ added: 1 });
  });

  it('renews what is near the end of its life', async () => {
    const { counts, clock, seen } = create();
    await counts(record('a'));
    clock.now += 23 * HOUR;
    expect(await counts(record('a'))).toEqual({ renewed: 1 });
    seen.clear();
    clock.now += 23 * HOUR;
    expect(await counts(record('a'))).toEqual({ renewed: 1, unchanged: 1 });
  });

  it('gives the ids of a page in the order of its records, good or bad', async () => {
    const { apply, rejected } = create();
    const { ids, counts } = await apply([record('a'), { skill_id: 'b' }, null, null], NOW);
    expect(ids).toEqual(['a', 'b', expect.stringMatching(/^no-id-/), expect.stringMatching(/^no-id-.*#2$/)]);
    expect(counts).toMatchObject({ added: 1, rejected: 3 });
    expect(rejected.map(([kind]) => kind)).toEqual(['skill', 'skill', 'skill']);
  });

  it('holds back what is older than the cache, without a write', async () => {
    const { counts, known, heldBack, observations } = create();
    known.set('a', newerOf('a'));
    expect(await counts(record('a', EARLIER))).toEqual({ held_back: 1 });
    expect([heldBack.shown, observations]).toEqual([['a'], []]);
  });

  it.each([
    [false, { accepted_older: 1, changed: 1 }],
    [true, { accepted_older: 1, added: 1 }],
  ])('takes what is older where an admin ordered so; removed before: %s', async (tombstone, counted) => {
    const { counts, known, observations } = create({ acceptOlder: true });
    known.set('a', { ...newerOf('a'), tombstone });
    expect(await counts(record('a', EARLIER))).toEqual(counted);
    expect(observations[0]?.overrule).toMatchObject({ what: 'anything', observedBefore: NOW });
  });

  it('holds back a version over which something newer was stored meanwhile, but for the same one', async () => {
    const superseded = create({ put: async () => ({ outcome: 'superseded' }) });
    expect(await superseded.counts(record('a'))).toEqual({ held_back: 1 });
    const same = create({ put: async () => ({ outcome: 'superseded', isSame: true }) });
    expect(await same.counts(record('a'))).toEqual({ unchanged: 1 });
  });

  it('knows no more of a skill than before when its put changed nothing', async () => {
    const { counts, known, behaviour } = create();
    await counts(record('a'));
    const before = known.get('a');
    behaviour.put = async () => ({ outcome: 'superseded' });
    await counts(record('a', '2026-02-02T00:00:00Z'));
    expect(known.get('a')).toEqual(before);
  });

  it('rejects a skill that is too large for the table, and forgets it', async () => {
    const { counts, rejected, known } = create({
      put: async () => Promise.reject(new TooLargeError('500 KB')),
    });
    expect(await counts(record('a'), record('b'))).toEqual({ rejected: 2 });
    expect(rejected).toEqual([
      ['skill', 'a'],
      ['skill', 'b'],
    ]);
    expect(known.size).toBe(0);
  });

  it.each([
    [
      { detected: true, end: undefined },
      { conflicts_detected: 1, conflicts_manual: 1 },
    ],
    [
      { detected: true, end: 'merge' as const },
      { conflicts_detected: 1, conflicts_resolved: 1 },
    ],
    [{ detected: false, end: undefined }, { conflicts_manual: 1 }],
  ])('counts what became of a conflict: %j', async (conflict, counted) => {
    const found = { ...conflict, type: 'OTHER', severity: 'LOW' } as const;
    const { counts } = create({ put: async () => ({ outcome: 'written', conflict: found }) });
    expect(await counts(record('a'))).toEqual({ added: 1, ...counted });
  });

  it('fails when a later holder has written an entry, or the table can not be had, once all has ended', async () => {
    const fenced = create({ put: async () => ({ outcome: 'fenced' }) });
    await expect(fenced.counts(record('a'))).rejects.toThrow(LeaseLostError);
    const ended: string[] = [];
    const down = create({
      put: async (id) => {
        if (id === 'a') throw new StorageError('down');
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(id);
        return { outcome: 'written' };
      },
    });
    await expect(down.counts(record('a'), record('b'))).rejects.toThrow(StorageError);
    expect(ended).toEqual(['b']);
  });
});
