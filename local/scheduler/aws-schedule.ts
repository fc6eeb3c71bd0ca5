import { Cron } from 'croner';
import { type CronTimes, readCron } from '#core/runs/aws-cron.ts';
import { ScheduleExpressionError } from '#local/errors.ts';

/** When a schedule fires: the first time later than `after`; undefined where there is none. */
export type FiringTimes = CronTimes;

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads an EventBridge Scheduler expression: `rate(15 minutes)`, `cron(0 3 * * ? *)` or `at(2026-02-19T10:30:00)`.
 *
 * @param timezone IANA name, for `cron` and `at`.
 * @param anchor a rate counts from here: when the schedule was made or last changed.
 * @throws ScheduleExpressionError
 */
export function readSchedule(expression: string, timezone: string, anchor: Date): FiringTimes {
  const [, kind, inner] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === undefined || inner === undefined) {
    throw new ScheduleExpressionError(`"${expression}" is not rate(…), cron(…) or at(…).`);
  }
  requireTimezone(timezone);
  switch (kind) {
    case 'rate':
      return rate(inner, anchor);
    case 'cron':
      return readTimes(() => readCron(inner, timezone));
    default:
      requireDateTime(inner);
      return readTimes(() => once(inner, timezone));
  }
}

function rate(inner: string, anchor: Date): FiringTimes {
  const [, value, unit] = /^([1-9]\d{0,5}) (minute|hour|day)s?$/.exec(inner) ?? [];
  const period = Number(value) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (Number.isNaN(period)) {
    throw new ScheduleExpressionError(`rate(${inner}) must be a whole number and minutes, hours or days.`);
  }
  const start = anchor.getTime();
  return {
    next: (after) => {
      const passed = Math.floor((after.getTime() - start) / period);
      return new Date(start + Math.max(1, passed + 1) * period);
    },
  };
}

function once(inner: string, timezone: string): FiringTimes {
  const cron = new Cron(inner, { timezone, paused: true, allowPast: true });
  return { next: (after) => cron.nextRun(after) ?? undefined };
}

/** What is wrong with an expression stops the start under one code, whoever found it. */
function readTimes(read: () => FiringTimes): FiringTimes {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ScheduleExpressionError(message, { cause: error });
  }
}

function requireDateTime(text: string): void {
  const time = new Date(`${text}Z`);
  if (!Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text) return;
  throw new ScheduleExpressionError(`at(${text}) must be a time that exists, as at(yyyy-mm-ddThh:mm:ss).`);
}

function requireTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (error) {
    throw new ScheduleExpressionError(`"${timezone}" is not a time zone.`, { cause: error });
  }
}
