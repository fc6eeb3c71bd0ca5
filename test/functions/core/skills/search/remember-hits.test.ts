import { describe, expect, it } from 'vitest';
import { rememberHits } from '#core/skills/search/remember-hits.ts';
import { createSkillIndex, type SkillIndex } from '#core/skills/search/skill-index.ts';
import { aSkill } from './a-skill.ts';

/** An index of one skill, and the queries that it was really asked. */
function setUp() {
  const asked: string[] = [];
  const inner = createSkillIndex([aSkill('a', 'CSV cleaner')]);
  const counting: SkillIndex = {
    ...inner,
    search(query, filter, now) {
      asked.push(query);
      return inner.search(query, filter, now);
    },
  };
  return { asked, index: rememberHits(counting) };
}

const idsOf = (index: SkillIndex, query: string, filter = {}) =>
  index.search(query, filter, 0).map(({ id }) => id);

describe('rememberHits', () => {
  it('searches once for a query and filter, and again for another one', () => {
    const { asked, index } = setUp();

    for (let n = 0; n < 3; n += 1) expect(idsOf(index, 'csv')).toEqual(['a']);
    expect(idsOf(index, 'csv', { category: 'nowhere' })).toEqual([]);
    expect(idsOf(index, 'csv', { tag: 'nowhere' })).toEqual([]);
    expect(asked).toEqual(['csv', 'csv', 'csv']);
  });

  it('finds what was put and no longer what was removed', () => {
    const { index } = setUp();
    idsOf(index, 'csv');
    index.put(aSkill('b', 'CSV merger'));
    expect(idsOf(index, 'csv').toSorted()).toEqual(['a', 'b']);
    index.remove('a');
    expect(idsOf(index, 'csv')).toEqual(['b']);
  });

  it('forgets the query that was asked longest ago', () => {
    const { asked, index } = setUp();
    for (let n = 0; n < 30; n += 1) idsOf(index, `q${n}`);
    idsOf(index, 'q0');
    idsOf(index, 'another');
    asked.length = 0;

    idsOf(index, 'q0');
    idsOf(index, 'q1');
    expect(asked).toEqual(['q1']);
  });
});
