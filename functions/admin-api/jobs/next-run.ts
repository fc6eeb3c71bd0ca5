import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';

/** When a schedule fires next (ms since 1970); undefined when it is disabled, over, or can't be computed. */
export async function nextRun(
  { enabled, expression, since }: JobSchedule,
  nowMs: number,
): Promise<number | undefined> {
  if (!enabled) return undefined;
  if (expression.kind === 'cron') return nextCronTime(expression.cron, nowMs);
  const period = expression.minutes * 60_000;
  const passed = Math.floor((nowMs - since) / period) + 1;
  // One that was changed in the future, by a wrong clock, fires in its rhythm all the same.
  return since + (isFromWrongClock(since, nowMs, 0) ? passed : Math.max(1, passed)) * period;
}

/**
 * The first time after `afterMs` (ms since 1970) that AWS's six cron fields name, in UTC: the time at which a local run
 * fires as well.
 *
 * @returns undefined when there is none, or the fields are none that AWS takes
 * @example await nextCronTime('0 3 ? * MON-FRI *', now())
 */
export async function nextCronTime(fields: string, afterMs: number): Promise<number | undefined> {
  // Set up when it is first asked for: few requests want it, and every cold start would pay for it.
  const { CronExpressionError, readCron } = await import('#core/runs/aws-cron.ts');
  try {
    return readCron(fields, 'UTC').next(new Date(afterMs))?.getTime();
  } catch (error) {
    if (error instanceof CronExpressionError) return undefined;
    throw error;
  }
}
