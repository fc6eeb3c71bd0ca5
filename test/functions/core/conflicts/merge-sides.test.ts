import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparableFields,
  compareSides,
  fieldOf,
  isSameSkill,
  isSameValue,
  ResolutionStrategy,
  type Sides,
  severityOf,
} from '#core/conflicts/conflict.ts';
import { applyStrategy, mergedVersion, mergeSides } from '#core/conflicts/merge-sides.ts';
import type { Skill } from '#core/skills/skill.ts';
import { sides } from './conflict-sides.ts';

const skill = (fields: Partial<Skill> = {}): Skill => ({ skill_id: 'a', name: 'A', ...fields });
/** What is served after a strategy. */
const servedAfter = (strategy: ResolutionStrategy, it: Sides) =>
  applyStrategy(strategy, it)?.local ?? it.remote;
const DEPENDENCIES = ['python_packages', 'npm_packages'];

describe('Function: applyStrategy', () => {
  it('leaves nothing to decide: afterwards there is no conflict with the same version', () => {
    fc.assert(
      fc.property(
        sides,
        fc.constantFrom(...Object.values(ResolutionStrategy)),
        ({ base, local, remote }, strategy) => {
          const edit = applyStrategy(strategy, { base, local, remote });
          if (edit === undefined) return;
          expect(edit.base).toBe(remote);
          expect(compareSides({ ...edit, remote })).not.toBe('conflict');
        },
      ),
    );
  });

  it('gives the same when it is applied again to what it made', () => {
    fc.assert(
      fc.property(sides, fc.constantFrom(...Object.values(ResolutionStrategy)), (it, strategy) => {
        const edit = applyStrategy(strategy, it);
        const again = edit && servedAfter(strategy, { ...edit, remote: it.remote });
        if (edit && strategy !== 'remote_wins') expect(isSameSkill(again, edit.local)).toBe(true);
      }),
    );
  });

  it('is a projection onto the marketplace’s side with remote_wins, and onto ours with local_wins', () => {
    fc.assert(
      fc.property(sides, (it) => {
        expect(servedAfter('remote_wins', it)).toBe(it.remote);
        expect(servedAfter('local_wins', it)).toBe(it.local);
      }),
    );
  });

  it('drops the edit when the merge says what the marketplace says', () => {
    const it = {
      base: skill({ description: 'x' }),
      local: skill({ description: 'y' }),
      remote: skill({ description: 'longer' }),
    };
    expect(applyStrategy('merge', it)).toBeUndefined();
  });
});

describe('Function: mergeSides', () => {
  it('keeps what only one side changed', () => {
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const merged = mergeSides({ base, local, remote });
        for (const field of comparableFields(base, local, remote)) {
          const [was, ours, theirs, now] = [base, local, remote, merged].map((side) => fieldOf(side, field));
          if (isSameValue(field, was, ours)) expect(isSameValue(field, now, theirs)).toBe(true);
          else if (isSameValue(field, was, theirs)) expect(isSameValue(field, now, ours)).toBe(true);
        }
      }),
    );
  });

  it('invents no value: each is that of a side, but for united dependencies and the version', () => {
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const merged = mergeSides({ base, local, remote });
        for (const field of Object.keys(merged)) {
          const [ours, theirs, now] = [local, remote, merged].map((side) => fieldOf(side, field));
          const isOfASide = isSameValue(field, now, ours) || isSameValue(field, now, theirs);
          if (isOfASide) continue;
          expect([...DEPENDENCIES, 'version']).toContain(field);
          if (field === 'version') expect(now).toBe(mergedVersion(ours, theirs));
          else expect(now).toEqual([...new Set([...(ours as string[]), ...(theirs as string[])])].sort());
        }
      }),
    );
  });

  it('loses no field that any side has and that nobody deleted', () => {
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const merged = mergeSides({ base, local, remote });
        for (const field of comparableFields(local, remote)) {
          const [ours, theirs] = [local, remote].map((side) => fieldOf(side, field) ?? null);
          if (ours !== null && theirs !== null) expect(fieldOf(merged, field) ?? null).not.toBeNull();
        }
      }),
    );
  });

  it('does not depend on the order of fields, packages and tags', () => {
    const turned = (side: Skill | undefined) =>
      side &&
      (Object.fromEntries(
        Object.entries(side)
          .reverse()
          .map(([name, value]) => [
            name,
            [...DEPENDENCIES, 'tags'].includes(name) && Array.isArray(value) ? value.toReversed() : value,
          ]),
      ) as Skill);
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const other = { base: turned(base), local: turned(local)!, remote: turned(remote)! };
        expect(isSameSkill(mergeSides(other), mergeSides({ base, local, remote }))).toBe(true);
      }),
    );
  });

  const both = (field: string, was: unknown, ours: unknown, theirs: unknown) =>
    mergeSides({
      base: skill({ [field]: was }),
      local: skill({ [field]: ours }),
      remote: skill({ [field]: theirs }),
    })[field];

  it.each([
    ['code', 'x', 'ours', 'much longer theirs', 'ours'],
    ['code', 'x', null, 'theirs', null],
    ['command', 'x', 'ours', 'much longer theirs', 'ours'],
    ['local_files', [], ['ours'], ['theirs', 'more'], ['ours']],
    ['description', 'x', 'ours', 'theirs, longer', 'theirs, longer'],
    ['description', 'x', 'ours, longer', 'theirs', 'ours, longer'],
    ['description', 'x', 'same', 'size', 'same'],
    ['description', 'x', '', 'y', 'y'],
    ['description', 'x', null, 'y', 'y'],
    ['tags', ['x'], ['a'], ['b', 'c'], ['b', 'c']],
    ['tags', ['x'], ['a', 'b'], ['c'], ['a', 'b']],
    ['tags', ['x'], [], ['c'], ['c']],
    ['examples', [], ['a'], ['b', 'c'], ['b', 'c']],
    ['metadata', {}, { a: 1 }, { b: 1, c: 2 }, { b: 1, c: 2 }],
    ['metadata', { x: 1 }, {}, { b: 1 }, { b: 1 }],
    ['python_packages', ['x'], ['b', 'a'], ['c', 'b'], ['a', 'b', 'c']],
    ['npm_packages', ['x'], null, ['c', 'b'], ['b', 'c']],
    ['version', '1.0.0', '1.1.0', '1.2.0', '1.1.0+merged.1.2.0'],
    ['env_vars', {}, { A: '1' }, { A: '2', B: '3' }, { A: '1' }],
    ['category', 'x', 'ours', 'theirs', 'ours'],
    ['category', 'x', null, 'theirs', 'theirs'],
    ['unheard_of', 1, 2, 3, 2],
  ])('decides about %s where both changed it: %j, ours %j, theirs %j', (field, ...sides) => {
    const [was, ours, theirs, result] = sides;
    expect(both(field, was, ours, theirs)).toEqual(result);
  });

  it('takes what one side alone has where there is no base', () => {
    const merged = mergeSides({
      base: undefined,
      local: skill({ command: 'ours', description: 'both' }),
      remote: skill({ code: 'theirs', description: 'both, longer' }),
    });
    expect(merged).toMatchObject({ command: 'ours', code: 'theirs', description: 'both, longer' });
  });

  it('takes ratings from the marketplace, the later time, and the hash that the code has', () => {
    const at = (fields: Partial<Skill>, hour: string) =>
      skill({ ...fields, updated_at: `2026-01-01T${hour}:00:00Z`, content_hash: `hash of ${fields.code}` });
    const base = at({ code: 'base', average_rating: 1 }, '01');
    const kept = mergeSides({
      base,
      local: at({ code: 'ours', average_rating: 1 }, '04'),
      remote: at({ code: 'theirs', average_rating: 5 }, '03'),
    });
    expect(kept).toMatchObject({ average_rating: 5, content_hash: 'hash of ours' });
    expect(kept.updated_at).toBe('2026-01-01T04:00:00Z');
    const taken = mergeSides({
      base,
      local: at({ code: 'base' }, '01'),
      remote: at({ code: 'theirs' }, '03'),
    });
    expect(taken).toMatchObject({ code: 'theirs', content_hash: 'hash of theirs' });
    expect(taken.updated_at).toBe('2026-01-01T03:00:00Z');
  });

  it('keeps critical fields where both changed them, whatever they are', () => {
    fc.assert(
      fc.property(sides, ({ base, local, remote }) => {
        const merged = mergeSides({ base, local, remote });
        for (const field of comparableFields(base, local, remote)) {
          const [was, ours, theirs, now] = [base, local, remote, merged].map((side) => fieldOf(side, field));
          if (severityOf(field) !== 'CRITICAL') continue;
          if (isSameValue(field, was, ours) || isSameValue(field, was, theirs)) continue;
          expect(now).toBe(ours);
        }
      }),
    );
  });
});

describe('Function: mergedVersion', () => {
  it.each([
    ['1.2.0', '1.3.0', '1.2.0+merged.1.3.0'],
    [undefined, null, '1.0.0+merged.1.0.0'],
    ['', ' ', '1.0.0+merged.1.0.0'],
    ['1.2.0', '2.0.0-rc.1+build.5', '1.2.0+merged.2.0.0-rc.1.build.5'],
    ['1.2.0+merged.1.3.0', '1.4.0', '1.2.0+merged.1.4.0'],
    ['1.2.0+ours.7', '1.3.0', '1.2.0+ours.7.merged.1.3.0'],
    ['1.2.0', '1.2.0+merged.1.3.0', '1.2.0+merged.1.2.0.merged.1.3.0'],
    ['v1', 'später & mehr', 'v1+merged.sp-ter-mehr'],
    ['+', '...', '1.0.0+merged.1.0.0'],
  ])('makes of %j and %j %s', (ours, theirs, merged) => {
    expect(mergedVersion(ours, theirs)).toBe(merged);
  });

  it('is valid build metadata whatever it is made of, and does not grow', () => {
    const anyVersion = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('1.2.0', '1.2.0+a'),
    );
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (ours, first, second) => {
        const merged = mergedVersion(ours, first);
        expect(merged).toMatch(/^[0-9A-Za-z.-]+\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/);
        expect(mergedVersion(merged, first)).toBe(merged);
        expect(mergedVersion(merged, second)).toBe(mergedVersion(ours, second));
      }),
    );
  });
});
