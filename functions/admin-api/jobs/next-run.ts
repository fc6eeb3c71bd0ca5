import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';

const DAY_MS = 86_400_000;
/** Eight years: a 29 February is at most that far away. */
const DAYS_AHEAD = 8 * 366;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** When a schedule fires next (ms since 1970); undefined when it is disabled, over, or can't be computed. */
export function nextRun({ enabled, expression, since }: JobSchedule, nowMs: number): number | undefined {
  if (!enabled) return undefined;
  if (expression.kind === 'cron') return nextCronTime(expression.cron, nowMs);
  const period = expression.minutes * 60_000;
  const passed = Math.floor((nowMs - since) / period) + 1;
  // One that was changed in the future, by a wrong clock, fires in its rhythm all the same.
  return since + (isFromWrongClock(since, nowMs, 0) ? passed : Math.max(1, passed)) * period;
}

/**
 * The first time after `afterMs` that AWS's six cron fields name, in UTC: minute, hour, day of month, month,
 * day of week (1 is Sunday), year. Knows `*`, `?`, lists, ranges, steps and names; not `L`, `W` and `#`.
 *
 * @returns undefined when there is none within eight years, or the fields are none that it knows
 * @example nextCronTime('0 3 ? * MON-FRI *', Date.now())
 */
export function nextCronTime(fields: string, afterMs: number): number | undefined {
  const [minute, hour, day, month, weekday, year, ...more] = fields.trim().toUpperCase().split(/\s+/);
  if (year === undefined || more.length > 0) return undefined;
  const minutes = expand(minute, 0, 59);
  const hours = expand(hour, 0, 23);
  const days = expand(day, 1, 31);
  const months = expand(month, 1, 12, MONTHS);
  const weekdays = expand(weekday, 1, 7, WEEKDAYS);
  const years = expand(year, 1970, 2199);
  if (!minutes || !hours || !days || !months || !weekdays || !years) return undefined;
  const today = Math.floor(afterMs / DAY_MS) * DAY_MS;
  for (let start = today; start < today + DAYS_AHEAD * DAY_MS; start += DAY_MS) {
    const date = new Date(start);
    if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1)) continue;
    if (!days.has(date.getUTCDate()) || !weekdays.has(date.getUTCDay() + 1)) continue;
    const time = firstAfter(start, hours, minutes, afterMs);
    if (time !== undefined) return time;
  }
  return undefined;
}

function firstAfter(
  dayStart: number,
  hours: ReadonlySet<number>,
  minutes: ReadonlySet<number>,
  afterMs: number,
): number | undefined {
  for (const hour of hours) {
    for (const minute of minutes) {
      const time = dayStart + hour * 3_600_000 + minute * 60_000;
      if (time > afterMs) return time;
    }
  }
  return undefined;
}

/** The values that a field stands for, ascending; undefined for what it may not hold. */
function expand(
  text: string | undefined,
  min: number,
  max: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined {
  const values: number[] = [];
  for (const part of (text ?? '').split(',')) {
    const [, from = '', to, step] = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const any = from === '*' || from === '?';
    const first = any ? min : numberOf(from, names);
    const last = to === undefined ? (any || step ? max : first) : numberOf(to, names);
    const by = Number(step ?? 1);
    if (!(first >= min && last <= max && first <= last && by >= 1)) return undefined;
    for (let value = first; value <= last; value += by) values.push(value);
  }
  return new Set(values.sort((a, b) => a - b));
}

function numberOf(text: string, names: readonly string[]): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + 1;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}
