import { describe, expect, it } from 'vitest';
import { ListingIncompleteError, MassRemovalRefusedError } from '#core/errors.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { zeroPageCounts } from '#core/skills/skill-counts.ts';
import type { KnownCache } from '#functions/skill-sync/known-cache.ts';
import { removeMissing } from '#functions/skill-sync/remove-missing.ts';

const NOW = 1_000_000;

const digest = (skillId: string, change: Partial<SkillDigest> = {}): SkillDigest => ({
  ...{ skillId, updatedAt: '', hash: skillId, expiresAt: NOW + 1, tombstone: false },
  ...change,
});

type World = {
  readonly cached: readonly SkillDigest[];
  readonly listed?: readonly string[];
  /** What the marketplace answers when it is asked for a skill. */
  readonly there?: Readonly<Record<string, unknown>>;
  /** Skills of which something newer was stored meanwhile. */
  readonly newer?: readonly string[];
};

function create({ cached, listed = [], there = {}, newer = [] }: World) {
  const known: KnownCache = new Map(cached.map((one) => [one.skillId, one]));
  const asked: string[] = [];
  const removed: string[] = [];
  const applied: unknown[] = [];
  const aborting = new AbortController();
  const remove = (liveAtStart = cached.length) =>
    removeMissing(
      {
        marketplace: {
          getSkill: async (skillId) => {
            asked.push(skillId);
            return skillId in there ? { record: there[skillId], requestedAt: NOW } : undefined;
          },
        },
        skills: {
          remove: async ({ skillId }) => {
            if (newer.includes(skillId)) return false;
            removed.push(skillId);
            return true;
          },
        },
        apply: async (records) => {
          applied.push(...records);
          return { ids: [], counts: { ...zeroPageCounts(), changed: records.length } };
        },
        ...{ known, lifetime: { ttlMs: 500 }, fence: 1, now: () => NOW, signal: aborting.signal },
        isListed: (id) => listed.includes(id),
      },
      liveAtStart,
    );
  return { known, asked, removed, applied, aborting, remove };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => digest(`s${index}`));
const idsOf = (digests: readonly SkillDigest[]) => digests.map(({ skillId }) => skillId);

describe('Function: removeMissing', () => {
  it('removes what is neither listed nor found by its id, and knows its tombstone', async () => {
    const cached = many(10);
    const { remove, removed, asked, known } = create({ cached, listed: idsOf(cached.slice(2)) });
    expect(await remove()).toEqual({ removed: 2 });
    expect([asked, removed]).toEqual([
      ['s0', 's1'],
      ['s0', 's1'],
    ]);
    expect(known.get('s0')).toMatchObject({ tombstone: true, expiresAt: NOW + 500 });
  });

  it('asks for nothing when nothing is missing: removed and expired entries are not', async () => {
    const cached = [digest('a', { tombstone: true }), digest('b', { expiresAt: NOW })];
    const { remove, asked } = create({ cached });
    expect(await remove()).toEqual({});
    expect(asked).toEqual([]);
  });

  it('removes a fifth of the cache at most, and nothing where it would be more', async () => {
    const cached = many(10);
    const { remove, removed, asked } = create({ cached, listed: idsOf(cached.slice(3)) });
    await expect(remove()).rejects.toThrow(MassRemovalRefusedError);
    expect([removed, asked]).toEqual([[], []]);
  });

  it('takes a skill that the marketplace still has as it is now', async () => {
    const cached = many(10);
    const there = { s0: { skill_id: 's0', name: 'Still there' } };
    const { remove, removed, applied } = create({ cached, listed: idsOf(cached.slice(2)), there });
    expect(await remove()).toMatchObject({ removed: 1, changed: 1 });
    expect([removed, applied]).toEqual([['s1'], [there.s0]]);
  });

  it('keeps a skill of which an answer about another one came', async () => {
    const cached = many(10);
    const there = { s0: { skill_id: 'other', name: 'Another' } };
    const { remove, removed, applied } = create({ cached, listed: idsOf(cached.slice(2)), there });
    expect(await remove()).toEqual({ removed: 1 });
    expect([removed, applied]).toEqual([['s1'], []]);
  });

  it('asks for twenty of many, and removes none where one of them is still there', async () => {
    const cached = many(200);
    const listed = idsOf(cached.slice(21));
    const gone = create({ cached, listed });
    expect(await gone.remove()).toEqual({ removed: 21 });
    expect(gone.asked).toHaveLength(20);
    const some = create({ cached, listed, there: { s3: { skill_id: 's3', name: 'There' } } });
    await expect(some.remove()).rejects.toThrow(ListingIncompleteError);
    expect(some.removed).toEqual([]);
  });

  it('counts no skill as removed of which something newer is stored', async () => {
    const cached = many(10);
    const { remove, known } = create({ cached, listed: idsOf(cached.slice(2)), newer: ['s0'] });
    expect(await remove()).toEqual({ removed: 1 });
    expect(known.get('s0')).toMatchObject({ tombstone: false });
  });

  it('ends where the run is ended', async () => {
    const cached = many(10);
    const { remove, removed, aborting } = create({ cached, listed: idsOf(cached.slice(2)) });
    aborting.abort(new Error('The lease is lost.'));
    await expect(remove()).rejects.toThrow('The lease is lost.');
    expect(removed).toEqual([]);
  });
});
