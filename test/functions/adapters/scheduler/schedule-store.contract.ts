import { describe, expect, it } from 'vitest';
import type { ScheduleStore } from '#core/runs/schedule-store.ts';

/** What a subject starts with: a job with an interval that runs, and one at fixed times that does not. */
export const INTERVAL_JOB = 'skill-sync-atom-saas';
export const CRON_JOB = 'cache-cleanup';

export type Subject = { readonly store: ScheduleStore; readonly startedAt: number };

/** What every ScheduleStore does. */
export function scheduleStoreContract(name: string, create: () => Promise<Subject>): void {
  describe(`ScheduleStore: ${name}`, () => {
    const changed = async (change: Parameters<ScheduleStore['change']>[1], job = INTERVAL_JOB) => {
      const { store } = await create();
      const answer = await store.change(job, change);
      return { answer, listed: (await store.list()).find((schedule) => schedule.job === job) };
    };

    it('lists the jobs with their schedules', async () => {
      const { store, startedAt } = await create();

      expect(await store.list()).toEqual([
        {
          job: INTERVAL_JOB,
          name: 'Skill sync',
          enabled: true,
          expression: { kind: 'rate', minutes: 15 },
          since: startedAt,
        },
        {
          job: CRON_JOB,
          name: 'Cleanup',
          enabled: false,
          expression: { kind: 'cron', cron: '0 0 * * ? *' },
          since: expect.any(Number),
        },
      ]);
    });

    it('changes interval and state, each alone and both at once', async () => {
      const minutes = await changed({ minutes: 30 });
      const enabled = await changed({ enabled: false });
      const both = await changed({ enabled: false, minutes: 1 });

      expect(minutes.listed).toMatchObject({ enabled: true, expression: { minutes: 30 } });
      expect(enabled.listed).toMatchObject({ enabled: false, expression: { minutes: 15 } });
      expect(both.listed).toMatchObject({ enabled: false, expression: { minutes: 1 } });
      for (const { answer, listed } of [minutes, enabled, both]) expect(answer).toEqual(listed);
    });

    it('counts anew from a change, and goes on counting when nothing changes', async () => {
      const { startedAt } = await create();
      const same = await changed({ enabled: true, minutes: 15 });
      const other = await changed({ minutes: 20 });

      expect(Math.abs((same.answer?.since ?? 0) - startedAt)).toBeLessThan(5_000);
      expect(other.answer?.since).toBeGreaterThanOrEqual(same.answer?.since ?? Number.NaN);
    });

    it('starts what runs at fixed times but gives it no interval', async () => {
      const started = await changed({ enabled: true }, CRON_JOB);
      const { store } = await create();

      expect(started.listed).toMatchObject({ enabled: true, expression: { kind: 'cron' } });
      await expect(store.change(CRON_JOB, { minutes: 15 })).rejects.toMatchObject({ code: 'no_interval' });
    });

    it.each(['nobody', '', '../x', 'x'.repeat(300)])('knows no job "%s"', async (job) => {
      const { store } = await create();

      expect(await store.change(job, { enabled: false })).toBeUndefined();
    });
  });
}
