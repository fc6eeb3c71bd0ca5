import { describe, expect, it } from 'vitest';
import { rankSkills } from '#core/skills/search/rank-skills.ts';
import { readQuery } from '#core/skills/search/read-query.ts';
import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';
import { createTermEngine } from '#core/skills/search/term-engine.ts';
import { aSkill } from './a-skill.ts';

function rank(query: string, skills: readonly SearchableSkill[]): string[] {
  const engine = createTermEngine();
  for (const skill of skills) engine.add(skill);
  const scores = rankSkills(readQuery(query), engine, skills.length);
  return [...scores].sort(([, a], [, b]) => b - a).map(([id]) => id);
}

const OTHERS = Array.from({ length: 30 }, (_, n) =>
  aSkill(`other${n}`, `Other ${n}`, { description: 'a job' }),
);

describe('rankSkills', () => {
  it('puts what has all words before what has the rarest often', () => {
    const all = aSkill('all', 'Retry', { description: 'runs a failed cron job again' });
    const often = aSkill('often', 'Cron cron', { tags: ['cron'], description: 'cron cron cron' });
    expect(rank('retry failed cron jobs', [...OTHERS, often, all]).slice(0, 2)).toEqual(['all', 'often']);
  });

  it('finds what lacks a word', () => {
    expect(rank('swiss invoices quickly', [...OTHERS, aSkill('1', 'Swiss Invoice')])[0]).toBe('1');
  });

  it('values a name above a description', () => {
    const skills = [aSkill('d', 'x', { description: 'spotify' }), aSkill('n', 'spotify'), ...OTHERS];
    expect(rank('spotify', skills)).toEqual(['n', 'd']);
  });

  it.each([
    ['spotfy', 'one letter left out'],
    ['spootify', 'one too many'],
    ['sbotify', 'another one'],
    ['psotify', 'two that changed places'],
    ['spotiyf', 'two at the end'],
    ['sptfy', 'two left out'],
    ['spot', 'the beginning alone'],
  ])('finds Spotify by %s: %s', (query) => {
    expect(rank(query, [...OTHERS, aSkill('s', 'Spotify')])[0]).toBe('s');
  });

  it.each(['gti', 'x', 'zzzzzzzz', 'spotifyspotifyspotifyspotify'])('finds nothing like %s', (query) => {
    expect(rank(query, [...OTHERS, aSkill('s', 'Spotify'), aSkill('g', 'abc')])).toEqual([]);
  });

  it('finds a misspelt word also where a skill has the same error', () => {
    const skills = [...OTHERS, aSkill('wrong', 'serach box'), aSkill('right', 'search box')];
    expect(rank('serach', skills).slice(0, 2).sort()).toEqual(['right', 'wrong']);
  });

  it('does not guess at words that are common', () => {
    const common = Array.from({ length: 5 }, (_, n) => aSkill(`p${n}`, 'planner'));
    expect(rank('planner', [...common, aSkill('scanner', 'planter')])).not.toContain('scanner');
  });

  it('finds what is written in one by two words, and in two by one', () => {
    expect(rank('git lab', [...OTHERS, aSkill('1', 'gitlab')])[0]).toBe('1');
    expect(rank('WebSearch', [...OTHERS, aSkill('1', 'web search')])[0]).toBe('1');
    expect(rank('websearch', [...OTHERS, aSkill('1', 'web-search')])[0]).toBe('1');
  });

  it('finds Chinese, Japanese and Korean text within text', () => {
    const skills = [
      ...OTHERS,
      aSkill('zh', '国内需求', { description: '分析用户评论和反馈数据' }),
      aSkill('ja', '東京の天気', { description: '天気予報を表示します' }),
      aSkill('ko', '날씨', { description: '기상청 정보를 알려 줍니다' }),
    ];
    expect(rank('用户评论', skills)[0]).toBe('zh');
    expect(rank('天気予報', skills)[0]).toBe('ja');
    expect(rank('기상청', skills)[0]).toBe('ko');
  });

  it('is empty over no skills', () => {
    expect(rank('anything', [])).toEqual([]);
  });
});
