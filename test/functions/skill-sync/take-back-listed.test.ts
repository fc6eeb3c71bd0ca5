import { describe, expect, it } from 'vitest';
import { LeaseLostError, StorageError, TooLargeError } from '#core/errors.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { parseSkill, type SkillVersion } from '#core/skills/skill.ts';
import type { Observation, PutOutcome } from '#core/skills/version-order.ts';
import { createHeldBack } from '#functions/skill-sync/held-back.ts';
import type { KnownCache } from '#functions/skill-sync/known-cache.ts';
import { takeBackListed } from '#functions/skill-sync/take-back-listed.ts';

const NOW = 1_000_000;
const SINCE = NOW - 60_000;

const tombstone = (skillId: string, change: Partial<SkillDigest> = {}): SkillDigest => ({
  ...{ skillId, updatedAt: '', hash: '', expiresAt: NOW + 1, tombstone: true },
  ...change,
});
const record = (id: string) => ({ skill_id: id, name: `Skill ${id}` });

function versionOf(id: string): SkillVersion {
  const parsed = parseSkill(record(id));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

function create(
  cached: readonly SkillDigest[],
  put: (version: SkillVersion) => Promise<PutOutcome> = async () => 'written',
) {
  const known: KnownCache = new Map(cached.map((one) => [one.skillId, one]));
  const heldBack = createHeldBack();
  const asked: string[] = [];
  const puts: { readonly id: string; readonly observation: Observation }[] = [];
  const takeBack = (listed: (id: string) => boolean = () => true) =>
    takeBackListed(
      {
        marketplace: {
          getSkill: async (id) => {
            asked.push(id);
            return { record: record(id === 'swapped' ? 'other' : id), requestedAt: NOW };
          },
        },
        skills: {
          put: async (version, observation) => {
            puts.push({ id: version.skill.skill_id, observation });
            return { outcome: await put(version) };
          },
        },
        ...{ known, heldBack, lifetime: { ttlMs: 500 }, fence: 1, now: () => NOW },
        signal: new AbortController().signal,
        isListed: listed,
      },
      SINCE,
    );
  return { known, heldBack, asked, puts, takeBack };
}

describe('Function: takeBackListed', () => {
  it('puts the version that was held back over a tombstone older than the listing', async () => {
    const { takeBack, heldBack, known, puts, asked } = create([tombstone('a')]);
    heldBack.note(versionOf('a'), NOW - 5, true);
    expect(await takeBack()).toBe(1);
    expect(asked).toEqual([]);
    expect(puts).toMatchObject([
      {
        id: 'a',
        observation: {
          observedAt: NOW - 5,
          fence: 1,
          overrule: { what: 'tombstone', observedBefore: SINCE },
        },
      },
    ]);
    expect(known.get('a')).toMatchObject({
      tombstone: false,
      expiresAt: NOW + 500,
      hash: versionOf('a').hash,
    });
  });

  it('takes back neither what is not listed, nor what lives, nor what has expired', async () => {
    const cached = [tombstone('a'), tombstone('b', { tombstone: false }), tombstone('c', { expiresAt: NOW })];
    const { takeBack, puts } = create(cached);
    expect(await takeBack((id) => id !== 'a')).toBe(0);
    expect(puts).toEqual([]);
  });

  it('asks for a version that was not kept, for twenty of them at most', async () => {
    const { takeBack, asked } = create(Array.from({ length: 22 }, (_, index) => tombstone(`s${index}`)));
    expect(await takeBack()).toBe(20);
    expect(asked).toHaveLength(20);
  });

  it('does not take an answer about another skill', async () => {
    const { takeBack, puts } = create([tombstone('swapped')]);
    expect(await takeBack()).toBe(0);
    expect(puts).toEqual([]);
  });

  it.each([
    ['superseded', async (): Promise<PutOutcome> => 'superseded'],
    ['too large', async () => Promise.reject(new TooLargeError('500 KB'))],
  ])('leaves the tombstone where the put is %s', async (_what, put) => {
    const { takeBack, known } = create([tombstone('a')], put);
    expect(await takeBack()).toBe(0);
    expect(known.get('a')).toMatchObject({ tombstone: true });
  });

  it('fails when a later holder has written the entry, or the table can not be had', async () => {
    await expect(create([tombstone('a')], async () => 'fenced').takeBack()).rejects.toThrow(LeaseLostError);
    const down = create([tombstone('a')], async () => Promise.reject(new StorageError('down')));
    await expect(down.takeBack()).rejects.toThrow(StorageError);
  });
});
