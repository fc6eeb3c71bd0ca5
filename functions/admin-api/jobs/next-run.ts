import { CronExpressionError } from '#core/runs/cron-fields.ts';
import { nextCronTime } from '#core/runs/next-cron-time.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';

/** When a schedule fires next (ms since 1970); undefined when it is disabled, over, or can't be computed. */
export function nextRun({ enabled, expression, since }: JobSchedule, nowMs: number): number | undefined {
  if (!enabled) return undefined;
  if (expression.kind === 'cron') return nextCronRun(expression.cron, nowMs);
  const period = expression.minutes * 60_000;
  const passed = Math.floor((nowMs - since) / period) + 1;
  // One that was changed in the future, by a wrong clock, fires in its rhythm all the same.
  return since + (isFromWrongClock(since, nowMs, 0) ? passed : Math.max(1, passed)) * period;
}

/** A schedule whose fields are none that AWS takes has no next run: how it came to be is not ours to say. */
function nextCronRun(fields: string, afterMs: number): number | undefined {
  try {
    return nextCronTime(fields, afterMs);
  } catch (error) {
    if (error instanceof CronExpressionError) return undefined;
    throw error;
  }
}
