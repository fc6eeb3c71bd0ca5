import { describe, expect, it } from 'vitest';
import { createSkillIndex, readSkillIndex } from '#core/skills/search/skill-index.ts';
import { aSkill } from './a-skill.ts';

const NOW = 1_000;
const found = (index: ReturnType<typeof createSkillIndex>, query: string, filter = {}) =>
  index.search(query, filter, NOW).map(({ id }) => id);

describe('The index of skills', () => {
  it('puts a skill of that very name first, to the letter before all else', () => {
    const index = createSkillIndex([
      aSkill('often', 'Weather weather weather', { tags: ['weather'], description: 'weather weather' }),
      aSkill('case', 'weather'),
      aSkill('letter', 'Weather'),
    ]);
    const [first, second, third] = index.search('Weather', {}, NOW);
    expect([first?.id, second?.id, third?.id]).toEqual(['letter', 'case', 'often']);
    expect(first?.score).toBeGreaterThan(2);
    expect(second?.score).toBeLessThan(2);
    expect(third?.score).toBeLessThan(1);
  });

  it('finds a name without letters', () => {
    expect(found(createSkillIndex([aSkill('fire', '🔥'), aSkill('x', 'x')]), ' 🔥 ')).toEqual(['fire']);
  });

  it('finds names and tags by stop words alone, and no description', () => {
    const index = createSkillIndex([
      aSkill('band', 'The Band'),
      aSkill('tag', 'lists', { tags: ['to do'] }),
      aSkill('list', 'To-do list'),
      aSkill('ours', 'Ours', { description: 'to do the' }),
    ]);
    expect(found(index, 'the')).toEqual(['band']);
    expect(found(index, 'ours')).toEqual(['ours']);
    expect(found(index, 'to do')).toEqual(['list', 'tag']);
  });

  it('puts a skill of that very name first, be it of stop words only', () => {
    const names = ['The', 'Ours', 'to do', 'how we do it', 'Who', 'do to', 'to be or not to be', 'please'];
    const index = createSkillIndex([
      ...names.map((name) => aSkill(name, name)),
      aSkill('all', `${names.join(' ')} ${names.join(' ')}`, { tags: names, category: 'The' }),
    ]);
    for (const name of names) {
      expect(found(index, name)[0]).toBe(name);
      expect(found(index, name.toUpperCase())[0]).toBe(name);
    }
  });

  it('narrows down by category and tag, both to the letter', () => {
    const index = createSkillIndex([
      aSkill('1', 'cron', { category: 'A', tags: ['x', 'y'] }),
      aSkill('2', 'cron', { category: 'B', tags: ['x'] }),
      aSkill('3', 'cron', { tags: ['X'] }),
    ]);
    expect(found(index, 'cron', { category: 'A' })).toEqual(['1']);
    expect(found(index, 'cron', { tag: 'x' })).toEqual(['1', '2']);
    expect(found(index, 'cron', { category: 'B', tag: 'y' })).toEqual([]);
    expect(found(index, 'cron', { category: '' })).toEqual(['3']);
  });

  it('neither finds nor completes what has expired', () => {
    const index = createSkillIndex([
      aSkill('old', 'cron', { expiresAt: NOW, tags: ['cronic'] }),
      aSkill('new', 'cron', { expiresAt: NOW + 1 }),
    ]);
    expect(found(index, 'cron')).toEqual(['new']);
    expect(index.suggest('cro', 5, NOW)).toEqual([{ text: 'cron', kind: 'name', skillId: 'new' }]);
  });

  it('replaces what is put again, and forgets what is removed', () => {
    const index = createSkillIndex([aSkill('1', 'cron'), aSkill('2', 'other')]);
    index.put(aSkill('1', 'mail', { hash: 'new' }));
    expect([found(index, 'cron'), found(index, 'mail'), index.size]).toEqual([[], ['1'], 2]);
    expect(Object.fromEntries(index.hashes())).toEqual({ 1: 'new', 2: 'hash of 2' });
    index.remove('1');
    index.remove('1');
    expect([found(index, 'mail'), index.suggest('mail', 5, NOW), index.size]).toEqual([[], [], 1]);
  });

  it('reads a snapshot back, and one of another format or dictionary by its skills', () => {
    const index = createSkillIndex([aSkill('1', 'cron jobs'), aSkill('2', '天气预报')]);
    const snapshot = JSON.parse(JSON.stringify(index.toSnapshot()));
    const others = [
      { ...snapshot, format: -1, terms: 'rubbish' },
      { ...snapshot, terms: `1.0\n${snapshot.terms}` },
    ];
    for (const one of [snapshot, ...others]) {
      const read = readSkillIndex(one);
      for (const query of ['cron', 'jobs', '天气']) {
        expect(read.search(query, {}, NOW)).toEqual(index.search(query, {}, NOW));
      }
      expect(read.hashes()).toEqual(index.hashes());
    }
  });

  it.each([
    '',
    '   ',
    '?!...',
    '🔥',
    '.*',
    '((',
    '[a-',
    '\\',
    '\u0000',
    '\ud83d',
    '__proto__',
    'constructor',
  ])('finds nothing, and does not fail, for %j', (query) => {
    const index = createSkillIndex([aSkill('1', 'cron'), aSkill('2', '天气')]);
    expect(found(index, query)).toEqual([]);
    expect(index.suggest(query, 5, NOW)).toEqual([]);
  });

  it('finds words that are called like what every object has', () => {
    const index = createSkillIndex([aSkill('1', 'constructor __proto__ toString', { tags: ['valueOf'] })]);
    for (const query of ['constructor', 'proto', 'toString', 'valueof'])
      expect(found(index, query)).toEqual(['1']);
  });

  it('finds by stop words alone where a name has them', () => {
    expect(found(createSkillIndex([aSkill('1', 'The Who'), aSkill('2', 'x')]), 'the')).toEqual(['1']);
  });

  it('takes a query of 300 characters in any script', () => {
    const index = createSkillIndex([aSkill('1', 'cron 天气 אבג')]);
    for (const text of ['cron ', '天气', 'אבג ', 'a', '.*(']) {
      const query = text.repeat(300).slice(0, 300);
      expect(index.search(query, {}, NOW).length).toBeLessThanOrEqual(1);
    }
    expect(found(index, 'אבג')).toEqual(['1']);
  });

  it('orders 20,000 skills of one name by id', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `id${String(n).padStart(5, '0')}`);
    const index = createSkillIndex([...ids].reverse().map((id) => aSkill(id, 'Spotify')));
    expect(found(index, 'spotify')).toEqual(ids);
    expect(index.suggest('spot', 5, NOW)).toEqual([{ text: 'Spotify', kind: 'name', skillId: ids[0] }]);
  });
});
