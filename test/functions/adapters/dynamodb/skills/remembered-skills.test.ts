import { describe, expect, it } from 'vitest';
import { createRememberedSkills } from '#adapters/dynamodb/skills/remembered-skills.ts';
import { skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { versionOf } from '#core/skills/skill.ts';

const skill = (id: string, code = ''): CachedSkill => ({
  remote: versionOf({ skill_id: id, name: id, code }),
  observedAt: 0,
  expiresAt: new Date(1),
});
const row = (id: string, fields: object = {}) => ({ ...skillKey(id), rank: 'r', hash: 'h', ...fields });

describe('remembered skills', () => {
  it('gives a skill back as long as its version is the same', () => {
    const remembered = createRememberedSkills();
    const a = skill('a');
    expect([remembered.has('a'), remembered.ofVersion(row('a'))]).toEqual([false, undefined]);
    remembered.keep(row('a'), a);

    expect(remembered.has('a')).toBe(true);
    expect(remembered.ofVersion(row('a'))).toBe(a);
    const others = [{ rank: 's' }, { hash: 'i' }, { editRevision: 1 }, { expiresAt: 2 }, { deletedAt: 3 }];
    for (const other of others) expect(remembered.ofVersion(row('a', other))).toBeUndefined();
    expect(remembered.ofVersion(row('b'))).toBeUndefined();
  });

  it('recalls what it kept last, and does not forget it for others', () => {
    const remembered = createRememberedSkills(2_500);
    expect(remembered.recall('a')).toBeUndefined();
    const a = skill('a', 'x'.repeat(1_000));
    for (const one of [a, skill('b', 'x'.repeat(1_000))]) {
      remembered.keep(row(one.remote.skill.skill_id), one);
    }
    expect(remembered.recall('a')).toBe(a);
    remembered.keep(row('c'), skill('c', 'x'.repeat(1_000)));

    expect(['a', 'b', 'c'].map((id) => remembered.has(id))).toEqual([true, false, true]);
  });

  it('knows an edit by its revision, and does not keep one that has none', () => {
    const remembered = createRememberedSkills();
    remembered.keep(row('a', { edited: 5 }), skill('a'));
    remembered.keep(row('b', { edited: 5, editRevision: 1 }), skill('b'));

    expect(remembered.has('a')).toBe(false);
    expect(remembered.ofVersion(row('b', { edited: 5, editRevision: 1 }))).toBeDefined();
    expect(remembered.ofVersion(row('b', { edited: 5, editRevision: 2 }))).toBeUndefined();
  });

  it('forgets those first that nobody asked for', () => {
    const remembered = createRememberedSkills(2_500);
    for (const id of ['a', 'b']) remembered.keep(row(id), skill(id, 'x'.repeat(1_000)));
    remembered.ofVersion(row('a'));
    remembered.keep(row('c'), skill('c', 'x'.repeat(1_000)));

    expect(['a', 'b', 'c'].map((id) => remembered.has(id))).toEqual([true, false, true]);
  });

  it('counts a skill once that is kept again', () => {
    const remembered = createRememberedSkills(2_500);
    for (const rank of ['1', '2', '3']) remembered.keep(row('a', { rank }), skill('a', 'x'.repeat(1_000)));
    remembered.keep(row('b'), skill('b', 'x'.repeat(1_000)));

    expect(remembered.has('a')).toBe(true);
  });

  it('keeps none that is so large that it would drive out hundreds', () => {
    const remembered = createRememberedSkills();
    remembered.keep(row('a'), skill('a', 'x'.repeat(200_000)));

    expect(remembered.has('a')).toBe(false);
  });
});
