import { AtomSyncError } from '#core/errors.ts';

/** A field of a cron expression: its name, its range, and the names that stand for its numbers from 1 on. */
type Field = {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTE: Field = { name: 'minute', min: 0, max: 59 };
const HOUR: Field = { name: 'hour', min: 0, max: 23 };
const DAY: Field = { name: 'day of month', min: 1, max: 31 };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS };
const WEEKDAY: Field = { name: 'day of week', min: 1, max: 7, names: WEEKDAYS };
const YEAR: Field = { name: 'year', min: 1970, max: 2199 };

/** Cron fields that AWS refuses, or that mean nothing to it. The message names the fault. */
export class CronExpressionError extends AtomSyncError {
  override readonly name = 'CronExpressionError';
  readonly code = 'cron_expression_invalid';
  readonly retryable = false;
}

/**
 * Translates AWS's six cron fields (minute, hour, day of month, month, day of week, year) into croner's seven, with
 * seconds first and the year last.
 *
 * Croner takes AWS's text without an error and means something else by it: it reads the first field as seconds, and
 * 1 in the day of week as Monday where AWS means Sunday. So nothing is passed through: every field is read here and
 * written out as a plain list of numbers, or as croner's own form of L, W and #.
 *
 * @example translateCron('0 3 ? * 2-6 *') // '0 0 3 * * 1,2,3,4,5 *'
 * @throws CronExpressionError for what AWS refuses, and for forms that nobody documents (`L-3`, `FRI-MON`).
 */
export function translateCron(fields: string): string {
  const parts = fields.trim().split(/\s+/);
  const [minute, hour, day, month, weekday, year] = parts;
  if (parts.length !== 6 || !minute || !hour || !day || !month || !weekday || !year) {
    throw new CronExpressionError(
      `cron(${fields}) has ${parts.length} fields; it must have six: minute, hour, day of month, month, day of week, year.`,
    );
  }
  if ((day === '?') === (weekday === '?')) {
    throw new CronExpressionError(
      `cron(${fields}) must have ? in exactly one of day of month and day of week.`,
    );
  }
  return [
    '0',
    numbers(minute, MINUTE),
    numbers(hour, HOUR),
    day === '?' ? '*' : dayOfMonth(day),
    numbers(month, MONTH),
    weekday === '?' ? '*' : dayOfWeek(weekday),
    numbers(year, YEAR),
  ].join(' ');
}

function dayOfMonth(text: string): string {
  if (text === 'L' || text === 'LW') return text;
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest !== undefined) return `${number(nearest, DAY)}W`;
  return numbers(text, DAY);
}

function dayOfWeek(text: string): string {
  // On its own, L is the last day of the week: Saturday.
  if (text === 'L') return '6';
  const last = /^(\w{1,3})L$/.exec(text)?.[1];
  if (last !== undefined) return `${number(last, WEEKDAY) - 1}#L`;
  const [, day, nth] = /^(\w{1,3})#(\d)$/.exec(text) ?? [];
  if (day !== undefined && nth !== undefined) {
    if (nth < '1' || nth > '5') throw invalidValue(text, WEEKDAY);
    return `${number(day, WEEKDAY) - 1}#${nth}`;
  }
  if (text === '*') return '*';
  return expand(text, WEEKDAY)
    .map((weekday) => weekday - 1)
    .join(',');
}

function numbers(text: string, field: Field): string {
  return text === '*' ? '*' : expand(text, field).join(',');
}

/** All values that a field of numbers, names, ranges, steps and lists stands for. */
function expand(text: string, field: Field): number[] {
  const values = text.split(',').flatMap((part) => expandPart(part, field));
  return [...new Set(values)].sort((a, b) => a - b);
}

function expandPart(part: string, field: Field): number[] {
  const [base = '', stepText, ...surplus] = part.split('/');
  if (surplus.length > 0 || base === '') throw invalidValue(part, field);
  const [from, to] = bounds(base, stepText !== undefined, field);
  const step = stepText === undefined ? 1 : integer(stepText, field);
  if (step < 1 || from > to) throw invalidValue(part, field);
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function bounds(base: string, stepped: boolean, field: Field): [from: number, to: number] {
  if (base === '*') return [field.min, field.max];
  const [from = '', to, ...surplus] = base.split('-');
  if (surplus.length > 0) throw invalidValue(base, field);
  const first = number(from, field);
  if (to !== undefined) return [first, number(to, field)];
  // "5/10" means: from 5 on, every tenth.
  return [first, stepped ? field.max : first];
}

function number(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + 1 : integer(text, field);
  if (value < field.min || value > field.max) throw invalidValue(text, field);
  return value;
}

function integer(text: string, field: Field): number {
  if (!/^\d{1,4}$/.test(text)) throw invalidValue(text, field);
  return Number(text);
}

function invalidValue(text: string, field: Field): CronExpressionError {
  return new CronExpressionError(
    `"${text}" is not a ${field.name} of a schedule (${field.min}–${field.max}).`,
  );
}
