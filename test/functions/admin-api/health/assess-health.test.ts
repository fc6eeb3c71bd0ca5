import { describe, expect, it } from 'vitest';
import type { JobState } from '#core/runs/job-store.ts';
import { assessHealth } from '#functions/admin-api/health/assess-health.ts';
import { jobState, NOW } from '#test/functions/admin-api/example-records.ts';

const MINUTE = 60_000;
const LOST = { connected: false, lastMessageAt: undefined };
const assess = (state: Partial<JobState>, feed?: typeof LOST, minutes = 15) =>
  assessHealth(jobState('job', state), minutes, feed, NOW);
const succeeded = (minutesAgo: number) => ({ lastSuccessAt: NOW - minutesAgo * MINUTE });

describe('Function: assessHealth', () => {
  it.each([
    [5, 30],
    [15, 30],
    [16, 32],
    [60, 120],
  ])('allows with an interval of %i minutes an age of %i', (interval, age) => {
    expect(assess(succeeded(age), undefined, interval).status).toBe('healthy');
    expect(assess(succeeded(age + 0.01), undefined, interval).status).toBe('unhealthy');
  });

  it('goes by the interval that an admin has set', () => {
    const state = { ...succeeded(100), override: { intervalMinutes: 60 } };

    expect(assess(state).status).toBe('healthy');
  });

  it.each([
    ['no success yet', {}, undefined, /No skill sync has succeeded/],
    ['a failure after it', { ...succeeded(1), lastStatus: 'failed' }, 1, /last skill sync failed/],
    ['one that is too old', succeeded(31), 31, /older than 30 minutes/],
    ['one in the future', succeeded(-6), undefined, /^The last success lies in the future/],
  ] as const)('says what is wrong: %s', (_what, state, minutesSince, reason) => {
    expect(assess(state)).toMatchObject({
      status: 'unhealthy',
      minutesSince,
      reason: expect.stringMatching(reason),
    });
  });

  it.each([
    ['degrades what is healthy', succeeded(1), 'degraded'],
    ['mends nothing that is not', succeeded(31), 'unhealthy'],
  ])('a lost feed %s', (_what, state, status) => {
    expect(assess(state, LOST).status).toBe(status);
  });
});
