import { describe, expect, it } from 'vitest';
import { nearestName } from '#lib/settings/nearest-name.ts';

describe('nearestName', () => {
  const known = ['PAGE_SIZE', 'PORT', 'API_URL'];

  it.each([
    ['PAGESIZE', 'PAGE_SIZE'],
    ['PAGE_SZIE', 'PAGE_SIZE'],
    ['PROT', 'PORT'],
    ['API_URI', 'API_URL'],
    ['PORT', 'PORT'],
    ['PAGE', 'PAGE_SIZE'],
    ['API', 'API_URL'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  it('answers nothing when nothing is known', () => {
    expect(nearestName('PORT', [])).toBeUndefined();
  });
});
