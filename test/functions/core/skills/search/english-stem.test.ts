import { describe, expect, it } from 'vitest';
import { stem } from '#core/skills/search/english-stem.ts';

describe('stem', () => {
  it.each([
    ['retries', 'retry'],
    ['jobs', 'job'],
    ['boxes', 'box'],
    ['invoices', 'invoice'],
    ['failed', 'failing'],
    ['scheduling', 'schedule'],
    ['planning', 'planned'],
    ['running', 'runs'],
    ['tests', 'testing'],
  ])('gives %s and %s one form', (one, other) => {
    expect(stem(one)).toBe(stem(other));
  });

  it.each(['class', 'status', 'analysis', 'string', 'bing', 'x402s', 'aws', '天气'])('keeps %s', (word) => {
    expect(stem(word)).toBe(word);
  });
});
