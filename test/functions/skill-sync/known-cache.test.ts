import { expect, it } from 'vitest';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import { countLive, loadDigests } from '#functions/skill-sync/known-cache.ts';

const digest = (skillId: string, change: Partial<SkillDigest> = {}): SkillDigest => ({
  ...{ skillId, updatedAt: '', hash: '', expiresAt: 100, tombstone: false },
  ...change,
});

it('reads the digests of all chunks', async () => {
  const digests = async function* () {
    yield [digest('a'), digest('b')];
    yield [digest('c')];
  };
  const known = await loadDigests({ digests } as unknown as SkillStore);
  expect([...known.keys()]).toEqual(['a', 'b', 'c']);
});

it('counts as live what is neither removed nor expired', () => {
  const all = [digest('a'), digest('b', { tombstone: true }), digest('c', { expiresAt: 50 })];
  const known = new Map(all.map((one) => [one.skillId, one]));
  expect(countLive(known, 49)).toBe(2);
  expect(countLive(known, 50)).toBe(1);
});
