import * as z from 'zod';
import type { JobOverride } from '#core/runs/job-store.ts';
import { JobId } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { nextRun } from '#functions/admin-api/jobs/next-run.ts';
import { timeOrNull } from './time-or-null.ts';
import { nullableTime } from './wire-schemas.ts';

/** A schedule as APScheduler would describe it, which is what readers of this address know. */
export const wireSchedule = z
  .object({
    id: z.string(),
    name: z.string(),
    next_run: nullableTime.meta({ description: 'Null for one that is stopped.' }),
    trigger: z.string(),
  })
  .meta({
    examples: [
      {
        id: JobId.dailySync,
        name: 'Daily Zendesk Sync',
        next_run: '2026-02-20T02:00:00.000Z',
        trigger: "cron[hour='2', minute='0']",
      },
    ],
  });

/** Named by the contract. */
const DAILY_NAME = 'Daily Zendesk Sync';

/** A schedule as it is in force: one that was stopped by hand does not run, whatever the scheduler says. */
export function presentSchedule(
  schedule: JobSchedule,
  override: JobOverride | undefined,
  nowMs: number,
): z.output<typeof wireSchedule> {
  const { job, name, expression } = schedule;
  const enabled = schedule.enabled && override?.enabled !== false;
  return {
    id: job,
    name: job === JobId.dailySync ? DAILY_NAME : name,
    next_run: timeOrNull(nextRun({ ...schedule, enabled }, nowMs)),
    trigger: expression.kind === 'rate' ? intervalTrigger(expression.minutes) : cronTrigger(expression.cron),
  };
}

/** APScheduler's names of AWS's six fields, in the order in which it writes them. */
const CRON_FIELDS = [
  ['year', 5],
  ['month', 3],
  ['day', 2],
  ['day_of_week', 4],
  ['hour', 1],
  ['minute', 0],
] as const;

/** @example cronTrigger('0 2 * * ? *') // cron[hour='2', minute='0'] */
function cronTrigger(fields: string): string {
  const parts = fields.trim().split(/\s+/);
  const named = CRON_FIELDS.flatMap(([name, index]) => {
    const value = parts[index] ?? '*';
    return value === '*' || value === '?' ? [] : [`${name}='${value.toLowerCase()}'`];
  });
  return `cron[${named.join(', ')}]`;
}

/** @example intervalTrigger(90) // interval[1:30:00] */
function intervalTrigger(minutes: number): string {
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const rest = String(minutes % 60).padStart(2, '0');
  const time = `${hours}:${rest}:00`;
  return `interval[${days === 0 ? time : `${days} day${days === 1 ? '' : 's'}, ${time}`}]`;
}
