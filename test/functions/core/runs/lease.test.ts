import { describe, expect, it } from 'vitest';
import { isStoppedSince } from '#core/runs/lease.ts';

describe('Function: isStoppedSince', () => {
  it.each([
    ['nobody has touched it', undefined, undefined, false],
    ['it is enabled, after a stop that was taken back', { enabled: true, stops: 3 }, 2, false],
    ['it was stopped before the run began', { enabled: false, stops: 2 }, 2, false],
    ['it was stopped after the run began', { enabled: false, stops: 3 }, 2, true],
    ['it was stopped for the first time', { enabled: false, stops: 1 }, undefined, true],
    ['only its interval was changed', { intervalMinutes: 5 }, undefined, false],
  ])('of a job: %s', (_what, override, stops, isStopped) => {
    expect(isStoppedSince(override, stops)).toBe(isStopped);
  });
});
