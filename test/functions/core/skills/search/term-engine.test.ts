import { describe, expect, it } from 'vitest';
import { createTermEngine, readTermEngine } from '#core/skills/search/term-engine.ts';
import { aSkill } from './a-skill.ts';

const EXACT = { prefix: false, typos: 0 };
const ids = (found: { readonly matches: readonly { readonly id: string }[] }) =>
  found.matches.map(({ id }) => id).sort();

function engineWith(...skills: ReturnType<typeof aSkill>[]) {
  const engine = createTermEngine();
  for (const skill of skills) engine.add(skill);
  return engine;
}

describe('The engine of terms', () => {
  it('finds a term in every field', () => {
    const engine = engineWith(
      aSkill('n', 'Cron'),
      aSkill('t', 'x', { tags: ['y', 'cron'] }),
      aSkill('c', 'x', { category: 'Cron' }),
      aSkill('d', 'x', { description: 'about cron' }),
    );
    expect(ids(engine.find('cron', EXACT))).toEqual(['c', 'd', 'n', 't']);
  });

  it('finds longer and similar terms when asked to, and says which are not the term itself', () => {
    const engine = engineWith(aSkill('1', 'spot'), aSkill('2', 'spotlight'), aSkill('3', 'spit'));
    const { matches, skills } = engine.find('spot', { prefix: true, typos: 1 });
    expect(Object.fromEntries(matches.map(({ id, isExact }) => [id, isExact]))).toEqual({
      1: true,
      2: false,
      3: false,
    });
    expect(skills).toBe(1);
  });

  it('has no stop words of descriptions, but those of names', () => {
    const engine = engineWith(aSkill('1', 'The Who'), aSkill('2', 'x', { description: 'the who' }));
    expect(ids(engine.find('the', EXACT))).toEqual(['1']);
  });

  it('finds anew after each change', () => {
    const engine = engineWith(aSkill('1', 'cron'));
    expect(ids(engine.find('cron', EXACT))).toEqual(['1']);
    engine.add(aSkill('2', 'cron'));
    expect(ids(engine.find('cron', EXACT))).toEqual(['1', '2']);
    engine.remove(aSkill('1', 'cron'));
    expect(ids(engine.find('cron', EXACT))).toEqual(['2']);
  });

  it('gives again what it found while nothing changes', () => {
    const engine = engineWith(aSkill('1', 'cron'));
    expect(engine.find('cron', EXACT)).toBe(engine.find('cron', EXACT));
    expect(engine.find('cron', { prefix: true, typos: 0 })).not.toBe(engine.find('cron', EXACT));
  });

  it('is the same when read back', () => {
    const engine = engineWith(aSkill('1', 'cron'), aSkill('2', 'cron jobs'));
    const read = readTermEngine(engine.toJson());
    expect(read.find('cron', EXACT)).toEqual(engine.find('cron', EXACT));
  });
});
