import { describe, expect, it } from 'vitest';
import { syncedSkills, zeroCounts, zeroPageCounts } from '#core/skills/skill-counts.ts';

describe('Function: syncedSkills', () => {
  it('counts what the cache holds as the listing has it', () => {
    expect(syncedSkills({ added: 1, changed: 20, unchanged: 300 })).toBe(321);
  });

  it('counts nothing twice, and nothing that was not taken', () => {
    const counts = { ...zeroCounts(), added: 1, renewed: 5, rejected: 7, held_back: 9, accepted_older: 1 };
    expect(syncedSkills(counts)).toBe(1);
  });

  it('takes what is missing for none', () => {
    expect(syncedSkills({})).toBe(0);
    expect(syncedSkills({ unchanged: 2 })).toBe(2);
  });
});

describe('counts that start', () => {
  it('are zero, every one of them', () => {
    expect(new Set(Object.values(zeroPageCounts()))).toEqual(new Set([0]));
    expect(new Set(Object.values(zeroCounts()))).toEqual(new Set([0]));
    expect(zeroCounts()).toMatchObject(zeroPageCounts());
  });

  it('are nobody else’s', () => {
    zeroPageCounts().added += 1;
    expect(zeroPageCounts().added).toBe(0);
  });
});
