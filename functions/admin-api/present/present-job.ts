import * as z from 'zod';
import type { JobOverride } from '#core/runs/job-store.ts';
import { JobId } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { nextRun } from '#functions/admin-api/jobs/next-run.ts';
import { timeOrNull } from './time-or-null.ts';
import { nullableTime } from './wire-schemas.ts';

export const jobId = z.string().meta({ description: 'Id of a job.', examples: [JobId.skillSync] });

export const wireJob = z
  .object({
    id: jobId,
    name: z.string(),
    next_run_time: nullableTime.meta({
      description: 'It may begin up to a minute later. Null for a job that is stopped.',
    }),
    trigger: z.enum(['interval', 'cron']),
    minutes: z.int().optional().meta({ description: 'The interval.' }),
    cron: z.string().optional().meta({ description: "AWS's six cron fields, in UTC." }),
    enabled: z.boolean().meta({ description: 'Whether it starts by itself.' }),
  })
  .meta({
    examples: [
      {
        id: JobId.skillSync,
        name: 'Atom SaaS skill sync',
        next_run_time: '2026-02-19T10:45:00.000Z',
        trigger: 'interval',
        minutes: 15,
        enabled: true,
      },
    ],
  });

/** A job as it is in force: one that was stopped by hand does not run, whatever its schedule says. */
export function presentJob(
  schedule: JobSchedule,
  override: JobOverride | undefined,
  nowMs: number,
): z.output<typeof wireJob> {
  const { job, name, expression } = schedule;
  const enabled = schedule.enabled && override?.enabled !== false;
  const next = nextRun({ ...schedule, enabled }, nowMs);
  const when =
    expression.kind === 'rate'
      ? ({ trigger: 'interval', minutes: expression.minutes } as const)
      : ({ trigger: 'cron', cron: expression.cron } as const);
  return { id: job, name, next_run_time: timeOrNull(next), ...when, enabled };
}
