import fc from 'fast-check';
import type { Sides } from '#core/conflicts/conflict.ts';
import type { Skill } from '#core/skills/skill.ts';

/** Few values for each field, so that sides agree and collide often; missing and null ones among them. */
const text = (...values: string[]) =>
  fc.constantFrom<string | null | undefined>(undefined, null, '', ...values);
const list = fc.option(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), { nil: undefined });

const anySkill: fc.Arbitrary<Skill> = fc
  .record({
    name: fc.constantFrom('One', 'Two'),
    description: text('short', 'much longer'),
    version: text('1.0.0', '1.2.0', '2.0.0-rc.1+build.5', '1.2.0+merged.2.0.0', 'v 3!', '+', '..'),
    code: text('print(1)', ' print(1) ', 'print(2)'),
    command: text('run'),
    category: text('data', 'web'),
    python_packages: list,
    npm_packages: list,
    tags: list,
    metadata: fc.constantFrom(undefined, null, {}, { a: 1, b: 2 }, { b: 2, a: 1 }, { a: 2 }),
    examples: fc.constantFrom(undefined, null, [], ['x'], ['y', 'x'], ['x', 'y']),
    env_vars: fc.constantFrom(undefined, { KEY: 'x' }, { KEY: 'y' }),
    unknown_field: fc.constantFrom<unknown>(undefined, null, 0, false, 'x', ['x', 'y'], ['y', 'x']),
    toString: fc.constantFrom<unknown>(undefined, 'odd'),
    average_rating: fc.constantFrom(undefined, 3, 4.5),
    content_hash: text('h1', 'h2'),
    updated_at: text('2026-01-01T00:00:00Z', '2026-01-02T00:00:00+02:00', '2026-01-02T00:00:00.5Z'),
  })
  .map((fields) => withoutUndefined({ skill_id: 'a', ...fields }));

function withoutUndefined(fields: Record<string, unknown>): Skill {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Skill;
}

/** Three sides: any, or such that differ from base in a few fields only. */
export const sides: fc.Arbitrary<Sides> = fc.oneof(
  fc.record({ base: fc.option(anySkill, { nil: undefined }), local: anySkill, remote: anySkill }),
  fc
    .record({ base: anySkill, ours: anySkill, theirs: anySkill, local: fc.nat(), remote: fc.nat() })
    .map(({ base, ours, theirs, ...picks }) => ({
      base,
      local: mixed(base, ours, picks.local),
      remote: mixed(base, theirs, picks.remote),
    })),
);

/** The base with those fields of another record whose bits are set. */
function mixed(base: Skill, other: Skill, bits: number): Skill {
  const names = [...new Set([...Object.keys(base), ...Object.keys(other)])];
  const own = (skill: Skill, name: string) => (Object.hasOwn(skill, name) ? skill[name] : undefined);
  const pick = (name: string, n: number) => own((bits >> (n % 31)) & 1 ? other : base, name);
  return withoutUndefined(Object.fromEntries(names.map((name, n) => [name, pick(name, n)])));
}
