import { describe, expect, it } from 'vitest';
import { nextRun } from '#functions/admin-api/jobs/next-run.ts';
import { CLEANUP_SCHEDULE, NOW, SKILL_SYNC_SCHEDULE } from '#test/functions/admin-api/example-records.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('Function: nextRun', () => {
  it('counts an interval from when the schedule was changed last', () => {
    expect(iso(nextRun(SKILL_SYNC_SCHEDULE, NOW))).toBe('2026-02-19T10:40:00.000Z');
    expect(iso(nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW }, NOW))).toBe('2026-02-19T10:45:00.000Z');
    expect(iso(nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW - 900_000 }, NOW))).toBe(
      '2026-02-19T10:45:00.000Z',
    );
  });

  it('takes a time of change that lies ahead of our clock', () => {
    expect(iso(nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW + 500 }, NOW))).toBe('2026-02-19T10:45:00.500Z');
  });

  it.each([1, 365])('keeps the rhythm of a change %i days ahead, which a wrong clock has left', (days) => {
    const since = NOW + days * 86_400_000 + 60_000;
    expect(iso(nextRun({ ...SKILL_SYNC_SCHEDULE, since }, NOW))).toBe('2026-02-19T10:31:00.000Z');
  });

  it('reads the fields of a cron', () => {
    expect(iso(nextRun(CLEANUP_SCHEDULE, NOW))).toBe('2026-02-20T00:00:00.000Z');
  });

  it('has none for a schedule that is disabled', () => {
    expect(nextRun({ ...SKILL_SYNC_SCHEDULE, enabled: false }, NOW)).toBeUndefined();
  });

  it('has none for fields that AWS does not take', () => {
    const expression = { kind: 'cron', cron: '0 2 * * *' } as const;
    expect(nextRun({ ...CLEANUP_SCHEDULE, expression }, NOW)).toBeUndefined();
  });
});
