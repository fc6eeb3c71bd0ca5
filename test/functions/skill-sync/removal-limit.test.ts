import { expect, it } from 'vitest';
import { maxRemovals } from '#functions/skill-sync/removal-limit.ts';

it.each([
  [0, 0],
  [4, 0],
  [5, 1],
  [999, 199],
  [1_000, 200],
])('lets a fifth of %i entries go, rounded down', (live, allowed) => {
  expect(maxRemovals(live)).toBe(allowed);
});
