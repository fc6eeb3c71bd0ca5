import { describe, expect, it } from 'vitest';
import { highestLevel, Level, reaches } from '#functions/admin-api/http/governance.ts';

describe('Function: highestLevel', () => {
  it.each<[readonly string[], Level | undefined]>([
    [[], undefined],
    [['ADMIN', 'student', ' STUDENT', 'STUDENT INTERN', '[AUTONOMOUS]'], undefined],
    [['STUDENT'], 'STUDENT'],
    [['INTERN', 'AUTONOMOUS', 'STUDENT'], 'AUTONOMOUS'],
    [['SUPERVISED', 'ADMIN', 'INTERN'], 'SUPERVISED'],
  ])('of %j is %s', (groups, level) => {
    expect(highestLevel(groups)).toBe(level);
  });
});

describe('Function: reaches', () => {
  it('orders the levels as the contract does', () => {
    const order = ['STUDENT', 'INTERN', 'SUPERVISED', 'AUTONOMOUS'] as const;

    for (const [i, level] of order.entries()) {
      expect(order.map((needed) => reaches(level, needed))).toEqual(order.map((_, j) => j <= i));
    }
    expect(Object.values(Level).map((needed) => reaches(undefined, needed))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
