import { describe, expect, it } from 'vitest';
import { createExactNames } from '#core/skills/search/exact-names.ts';

describe('Exact names', () => {
  it('are found to the letter, and but for case, diacritics and white space', () => {
    const names = createExactNames();
    names.add('a', 'Café  Finder');
    names.add('b', 'cafe finder');
    names.add('c', 'cafe');
    expect([...names.find(' cafe finder ')]).toEqual([
      ['a', 'plain'],
      ['b', 'letter'],
    ]);
  });

  it('are no longer found when removed', () => {
    const names = createExactNames();
    names.add('a', '🔥');
    names.add('b', '🔥');
    names.remove('a', '🔥');
    expect([...names.find('🔥').keys()]).toEqual(['b']);
    names.remove('b', '🔥');
    names.remove('b', 'never there');
    expect(names.find('🔥').size).toBe(0);
  });
});
