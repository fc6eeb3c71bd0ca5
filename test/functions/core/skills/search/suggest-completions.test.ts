import { describe, expect, it } from 'vitest';
import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';
import { completable, suggestCompletions } from '#core/skills/search/suggest-completions.ts';

function skill(id: string, name: string, ...tags: string[]): SearchableSkill {
  return { id, name, tags, category: '', description: '', hash: '', expiresAt: 1 };
}

const SKILLS = [
  skill('1', 'Apple Notes', 'notes', 'mac'),
  skill('2', 'Manage Apple Notes', 'notes'),
  skill('3', 'Österreichische Züge', 'zug'),
  skill('4', 'Spotify', 'music'),
  skill('5', 'Spotify', 'Music'),
  skill('6', '中国城市天气', '天气'),
  skill('7', 'notebook-lm (beta)', 'google notes'),
];

function suggest(prefix: string, limit = 10, skills = SKILLS) {
  const prepared = skills.map((one) => [one, completable(one)] as const);
  return suggestCompletions(prepared, prefix, limit).map(({ kind, text }) => `${kind} ${text}`);
}

describe('suggestCompletions', () => {
  it('puts first what begins with it, then what has it within, the shorter first', () => {
    expect(suggest('not')).toEqual([
      'tag notes',
      'name notebook-lm (beta)',
      'name Apple Notes',
      'tag google notes',
      'name Manage Apple Notes',
    ]);
  });

  it('completes several words, also apart and in another order', () => {
    expect(suggest('apple no')).toEqual(['name Apple Notes', 'name Manage Apple Notes']);
    expect(suggest('notes man')).toEqual(['name Manage Apple Notes']);
  });

  it('pays no heed to diacritics, case and signs', () => {
    expect(suggest('OSTER')).toEqual(['name Österreichische Züge']);
    expect(suggest('zü')).toEqual(['tag zug', 'name Österreichische Züge']);
    expect(suggest('notebook lm')).toEqual(['name notebook-lm (beta)']);
  });

  it('has a text once, of skills with one name the first by id', () => {
    const prepared = [...SKILLS].reverse().map((one) => [one, completable(one)] as const);
    expect(suggestCompletions(prepared, 'spot', 10)).toEqual([
      { text: 'Spotify', kind: 'name', skillId: '4' },
    ]);
    expect(suggest('mus')).toEqual(['tag Music']);
  });

  it('finds within a script without spaces', () => {
    expect(suggest('天气')).toEqual(['tag 天气', 'name 中国城市天气']);
  });

  it('is the same in whatever order the skills come', () => {
    expect(suggest('no', 3, [...SKILLS].reverse())).toEqual(suggest('no', 3));
    expect(suggest('no', 3)).toHaveLength(3);
  });

  it.each(['', '  ', '🔥', '.*', '(', '\\'])('has none for %j', (prefix) => {
    expect(suggest(prefix)).toEqual([]);
  });

  it('does not complete within a word', () => {
    expect(suggest('potify')).toEqual([]);
  });
});
