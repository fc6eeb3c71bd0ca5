import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, compareSides, differencesOf, isSameSkill, revisionOf } from '#core/conflicts/conflict.ts';
import type { Skill } from '#core/skills/skill.ts';
import { sides } from './conflict-sides.ts';

const skill = (fields: Partial<Skill> = {}): Skill => ({ skill_id: 'a', name: 'A', ...fields });

describe('Function: classify', () => {
  const typeOf = (local: Partial<Skill>, remote: Partial<Skill>) =>
    classify({ base: skill(), local: skill(local), remote: skill(remote) }).type;

  it.each([
    ['VERSION_MISMATCH', { version: '1.1.0', code: 'x' }, { version: '1.2.0', code: 'y' }],
    ['VERSION_MISMATCH', {}, { version: '1.0.1' }],
    ['CONTENT_MISMATCH', { version: null, code: 'x', npm_packages: ['a'] }, { version: '1.0.0', code: 'y' }],
    ['CONTENT_MISMATCH', { code: 'x' }, {}],
    ['CONTENT_MISMATCH', { content_hash: 'h1', code: 'x' }, { content_hash: 'h2', code: 'x' }],
    ['OTHER', { content_hash: 'h1', code: 'x' }, { content_hash: 'h1', code: 'y' }],
    ['CONTENT_MISMATCH', { content_hash: 'h1', code: 'x' }, { code: 'y' }],
    ['OTHER', { content_hash: 'h1', code: ' x\n' }, { code: 'x' }],
    ['DEPENDENCY_CONFLICT', { python_packages: ['a'], tags: ['t'] }, { python_packages: ['a', 'b'] }],
    ['DEPENDENCY_CONFLICT', { npm_packages: ['a'] }, {}],
    ['OTHER', { npm_packages: ['a', 'b'], tags: ['t'] }, { npm_packages: ['b', 'a', 'a'] }],
    ['OTHER', { description: 'x' }, { description: 'y' }],
  ])('says %s of %j against %j', (type, local, remote) => {
    expect(typeOf(local, remote)).toBe(type);
    expect(typeOf(remote, local)).toBe(type);
  });

  it.each([
    ['CRITICAL', 'code', 'x'],
    ['CRITICAL', 'command', 'x'],
    ['CRITICAL', 'local_files', ['x']],
    ['HIGH', 'version', '2.0.0'],
    ['HIGH', 'python_packages', ['x']],
    ['HIGH', 'npm_packages', ['x']],
    ['MEDIUM', 'parameters', { x: 1 }],
    ['MEDIUM', 'metadata', { x: 1 }],
    ['MEDIUM', 'env_vars', { x: 1 }],
    ['LOW', 'description', 'x'],
    ['LOW', 'tags', ['x']],
    ['LOW', 'examples', ['x']],
    ['LOW', 'name', 'x'],
    ['LOW', 'category', 'x'],
    ['LOW', 'unheard_of', 'x'],
    ['LOW', 'constructor', 'x'],
  ])('calls it %s where %s differs, whatever less grave does as well', (severity, field, value) => {
    const local = skill({ [field]: value, tags: ['more'] });
    expect(classify({ base: skill(), local, remote: skill() }).severity).toBe(severity);
  });
});

describe('Function: compareSides', () => {
  const [base, ours, theirs] = ['base', 'ours', 'theirs'].map((description) => skill({ description }));

  it.each([
    ['conflict', base, ours, theirs],
    ['conflict', undefined, ours, theirs],
    ['converged', base, ours, ours],
    ['converged', undefined, ours, ours],
    ['converged', base, base, base],
    ['local_unmoved', base, base, theirs],
    ['remote_unmoved', base, ours, base],
  ])('is %s', (standoff, was, local, remote) => {
    expect(compareSides({ base: was, local: local!, remote: remote! })).toBe(standoff);
  });

  it('is a conflict also where each side changed another field: an admin is to see it', () => {
    const local = skill({ description: 'base', code: 'x' });
    expect(compareSides({ base: base!, local, remote: theirs! })).toBe('conflict');
  });
});

describe('Function: isSameSkill', () => {
  it.each([
    [{ description: null }, {}],
    [{ unheard_of: null }, {}],
    [{ tags: [] }, { tags: null }],
    [
      { tags: ['a', 'b'], npm_packages: ['x', 'y'] },
      { tags: ['b', 'a', 'b'], npm_packages: ['y', 'x'] },
    ],
    [{ metadata: { a: 1, b: { c: 2, d: 3 } } }, { metadata: { b: { d: 3, c: 2 }, a: 1 } }],
    [
      { average_rating: 4, rating_count: 9, created_at: 'x', updated_at: 'y', content_hash: 'z', id: 'a' },
      {},
    ],
  ])('sees no difference between %j and %j', (a, b) => {
    expect(isSameSkill(skill(a), skill(b))).toBe(true);
    expect(revisionOf({ base: undefined, local: skill(a), remote: skill() })).toBe(
      revisionOf({ base: undefined, local: skill(b), remote: skill() }),
    );
  });

  it.each([
    [{ description: '' }, {}],
    [{ examples: ['a', 'b'] }, { examples: ['b', 'a'] }],
    [{ code: 'x ' }, { code: 'x' }],
    [{ unheard_of: 0 }, { unheard_of: false }],
    [{ toString: 'x' }, {}],
    [{ tags: 'a' }, { tags: ['a'] }],
  ])('sees one between %j and %j', (a, b) => {
    expect(isSameSkill(skill(a as Partial<Skill>), skill(b))).toBe(false);
  });
});

describe('Function: differencesOf', () => {
  it('names who changed what, and is empty where the sides say the same', () => {
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const differences = differencesOf({ base, local, remote });
        expect(differences.length === 0).toBe(isSameSkill(local, remote));
        for (const { field, changedBy } of differences) {
          const swap = (skill: Skill, value: unknown) => ({ ...skill, [field]: value });
          const asBase = base?.[field as keyof Skill];
          const own = base !== undefined && Object.hasOwn(base, field) ? asBase : undefined;
          expect(isSameSkill(local, swap(local, own))).toBe(changedBy === 'remote');
          expect(isSameSkill(remote, swap(remote, own))).toBe(changedBy === 'local');
        }
      }),
    );
  });
});
