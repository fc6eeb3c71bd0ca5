import { describe, expect, it } from 'vitest';
import { presentJob } from '#functions/admin-api/present/present-job.ts';
import { CLEANUP_SCHEDULE, NOW, SKILL_SYNC_SCHEDULE } from '#test/functions/admin-api/example-records.ts';

describe('Function: presentJob', () => {
  it('has an interval or a cron, never both', () => {
    expect(presentJob(SKILL_SYNC_SCHEDULE, undefined, NOW)).toEqual({
      id: 'skill-sync-atom-saas',
      name: 'Atom SaaS skill sync',
      next_run_time: '2026-02-19T10:40:00.000Z',
      trigger: 'interval',
      minutes: 15,
      enabled: true,
    });
    expect(presentJob(CLEANUP_SCHEDULE, {}, NOW)).toMatchObject({ trigger: 'cron', cron: '0 0 * * ? *' });
  });

  it.each([
    [true, undefined, true],
    [true, { enabled: false }, false],
    [true, { intervalMinutes: 5 }, true],
    [false, { enabled: true }, false],
  ])(
    'with a schedule that is enabled: %s, and the override %j, is enabled: %s',
    (enabled, override, expected) => {
      const shown = presentJob({ ...SKILL_SYNC_SCHEDULE, enabled }, override, NOW);

      expect(shown.enabled).toBe(expected);
      expect(shown.next_run_time === null).toBe(!expected);
    },
  );
});
