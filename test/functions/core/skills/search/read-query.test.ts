import { describe, expect, it } from 'vitest';
import { readQuery } from '#core/skills/search/read-query.ts';

const terms = (text: string) => readQuery(text).words.map(({ term }) => term);

describe('readQuery', () => {
  it('leaves stop words out', () => {
    expect(terms('how do I retry the failed jobs')).toEqual(['retry', 'fail', 'job']);
  });

  it('knows stop words whose ending was taken off', () => {
    expect(terms('please where does these crons run')).toEqual(['cron', 'run']);
  });

  it('keeps stop words where there is nothing else', () => {
    expect(terms('how to')).toEqual(['how', 'to']);
  });

  it('counts a word once', () => {
    expect(terms('cron Cron crons')).toEqual(['cron']);
  });

  it('knows what neighbours make in one word', () => {
    expect(readQuery('git lab x').joined).toEqual(['gitlab', 'labx']);
  });

  it('takes the first words of a long query', () => {
    const { words, joined } = readQuery(Array.from({ length: 150 }, (_, n) => `w${n}`).join(' '));
    expect({ words: words.length, joined: joined.length }).toEqual({ words: 24, joined: 24 });
  });
});
