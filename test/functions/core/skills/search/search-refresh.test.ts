import { describe, expect, it } from 'vitest';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import {
  DigestSelection,
  isEditedVersion,
  planRefresh,
  searchVersion,
} from '#core/skills/search/search-refresh.ts';

const NOW = 1_000;
const digest = (skillId: string, fields: Partial<SkillDigest> = {}): SkillDigest => ({
  skillId,
  updatedAt: '2026',
  hash: `hash of ${skillId}`,
  expiresAt: NOW + 1,
  tombstone: false,
  ...fields,
});

describe('What is to be indexed', () => {
  it('is what is served: neither expired nor removed', () => {
    const selection = new DigestSelection(NOW);
    selection.add([digest('a'), digest('b', { tombstone: true }), digest('c', { expiresAt: NOW })]);
    selection.add([digest('d'), digest('a')]);
    expect([...selection.live.keys()]).toEqual(['a', 'd']);
    expect(selection.total).toBe(2);
  });

  it('is the first by their ids where there are too many, in whatever order they come', () => {
    const ids = Array.from({ length: 100 }, (_, n) => `s${n}`);
    for (const order of [ids, ids.toReversed()]) {
      const selection = new DigestSelection(NOW, 7);
      for (const id of order) selection.add([digest(id)]);
      expect([...selection.live.keys()].toSorted()).toEqual(ids.toSorted().slice(0, 7));
      expect(selection.total).toBe(100);
    }
  });
});

describe('A refresh', () => {
  const indexed = new Map(
    [digest('same'), digest('changed'), digest('edited'), digest('gone')].map((one) => [one.skillId, one]),
  );
  const digests = new Map(
    [
      digest('same'),
      digest('changed', { hash: 'other' }),
      digest('edited', { edited: true }),
      digest('new'),
    ].map((one) => [one.skillId, one]),
  );

  it('reads what is new, changed or edited, and removes what is gone', () => {
    const toRead = ['changed', 'edited', 'new'];
    expect(planRefresh(indexed, digests)).toEqual({ toRead, toRemove: ['gone'] });
    expect(planRefresh(digests, digests).toRead).toEqual(['edited']);
  });

  it('reads what is suspect although it looks the same', () => {
    expect(planRefresh(indexed, digests, ({ skillId }) => skillId === 'same').toRead).toContain('same');
  });

  it('takes an edited skill for another version than the marketplace’s', () => {
    const version = searchVersion({ hash: 'h', isEdited: true });
    expect([version, searchVersion({ hash: 'h', isEdited: false })].map(isEditedVersion)).toEqual([
      true,
      false,
    ]);
    expect(planRefresh(new Map([['edited', { hash: `hash of edited*` }]]), digests).toRead).not.toContain(
      'edited',
    );
  });
});
