import { translateCron } from './cron-fields.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The last year that AWS knows. */
const LAST_YEAR = 2199;

/** A day of UTC, as far as schedules tell days apart. */
type Day = { readonly year: number; readonly month: number; readonly date: number; readonly weekday: number };

/** Whether a day is one of a schedule's. */
type DayRule = (day: Day) => boolean;

/**
 * The first time after `afterMs` (ms since 1970) that AWS's six cron fields name in UTC; undefined where there is none.
 * Knows no time zones and needs no library: those of the local run's schedules are read by `readCron`.
 *
 * @throws CronExpressionError
 * @example nextCronTime('0 2 * * ? *', Date.parse('2026-02-19T10:30:00Z')) // 2026-02-20T02:00:00Z
 */
export function nextCronTime(fields: string, afterMs: number): number | undefined {
  const [, minute = '', hour = '', date = '', month = '', weekday = '', year = ''] =
    translateCron(fields).split(' ');
  const isYear = oneOf(year);
  const isMonth = oneOf(month);
  const isDate = dateRule(date);
  const isWeekday = weekdayRule(weekday);
  const times = timesOfDay(minute, hour);
  const first = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  const end = Date.UTC(LAST_YEAR + 1, 0, 1);
  for (let start = Math.floor(first / DAY_MS) * DAY_MS; start < end; start += DAY_MS) {
    const day = dayAt(start);
    if (!isYear(day.year) || !isMonth(day.month) || !isDate(day) || !isWeekday(day)) continue;
    const time = times.find((ms) => start + ms >= first);
    if (time !== undefined) return start + time;
  }
  return undefined;
}

function dayAt(ms: number): Day {
  const at = new Date(ms);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    date: at.getUTCDate(),
    weekday: at.getUTCDay(),
  };
}

/** The times that minutes and hours make, in milliseconds since the day began, in order. */
function timesOfDay(minute: string, hour: string): readonly number[] {
  const of = (text: string, count: number) =>
    Array.from({ length: count }, (_, value) => value).filter(oneOf(text));
  const minutes = of(minute, 60);
  return of(hour, 24).flatMap((h) => minutes.map((m) => (h * 60 + m) * MINUTE_MS));
}

/** A plain list of numbers, or all of them. */
function oneOf(text: string): (value: number) => boolean {
  if (text === '*') return () => true;
  const values = new Set(text.split(',').map(Number));
  return (value) => values.has(value);
}

/** A list of dates, `L`, `LW` or the weekday nearest to a date. */
function dateRule(text: string): DayRule {
  if (text === 'L') return (day) => day.date === lastDate(day);
  if (text === 'LW') return (day) => day.date === nearestWeekday(day, lastDate(day));
  if (text.endsWith('W')) {
    const wanted = Number.parseInt(text, 10);
    return (day) => wanted <= lastDate(day) && day.date === nearestWeekday(day, wanted);
  }
  const isDate = oneOf(text);
  return ({ date }) => isDate(date);
}

/** A list of weekdays, the last one of its kind in a month (`5#L`), or the nth (`2#2`). */
function weekdayRule(text: string): DayRule {
  const [wanted = '', nth] = text.split('#');
  if (nth === undefined) {
    const isWeekday = oneOf(text);
    return ({ weekday }) => isWeekday(weekday);
  }
  const isNth: DayRule =
    nth === 'L' ? (day) => day.date + 7 > lastDate(day) : ({ date }) => Math.ceil(date / 7) === Number(nth);
  return (day) => day.weekday === Number(wanted) && isNth(day);
}

/** The date of the working day nearest to a date, within its month. */
function nearestWeekday(day: Day, wanted: number): number {
  const weekday = new Date(Date.UTC(day.year, day.month - 1, wanted)).getUTCDay();
  if (weekday === SATURDAY) return wanted === 1 ? wanted + 2 : wanted - 1;
  if (weekday === SUNDAY) return wanted === lastDate(day) ? wanted - 2 : wanted + 1;
  return wanted;
}

function lastDate({ year, month }: Day): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const SUNDAY = 0;
const SATURDAY = 6;
