import { Cron } from 'croner';
import { CronExpressionError, translateCron } from './cron-fields.ts';

/** When a cron expression is due. */
export type CronTimes = {
  /** The first time later than `after`; undefined where there is none. */
  next(after: Date): Date | undefined;
};

/**
 * The times that an AWS cron expression names.
 *
 * @param fields what stands between the brackets of AWS's `cron(…)`
 * @param timezone IANA name of a time zone that exists
 * @throws CronExpressionError
 * @example readCron('0 3 ? * MON-FRI *', 'UTC').next(new Date('2026-02-19T10:30:00Z')) // 2026-02-20T03:00:00Z
 */
export function readCron(fields: string, timezone: string): CronTimes {
  const cron = createCron(translateCron(fields), timezone);
  return { next: (after) => cron.nextRun(after) ?? undefined };
}

/** Paused, and without a function to call: croner only computes times and starts no timer. */
function createCron(pattern: string, timezone: string): Cron {
  try {
    return new Cron(pattern, { timezone, paused: true, mode: '7-part' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CronExpressionError(message, { cause: error });
  }
}
