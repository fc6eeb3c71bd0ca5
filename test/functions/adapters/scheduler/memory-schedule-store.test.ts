import { createMemoryScheduleStore } from '#adapters/scheduler/memory-schedule-store.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { CRON_JOB, INTERVAL_JOB, scheduleStoreContract } from './schedule-store.contract.ts';

scheduleStoreContract('in memory', async () => {
  const startedAt = Date.now();
  const schedules: JobSchedule[] = [
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
      since: startedAt,
    },
  ];
  const byJob = new Map(schedules.map((schedule) => [schedule.job, schedule]));
  return { store: createMemoryScheduleStore(byJob, Date.now), startedAt };
});
