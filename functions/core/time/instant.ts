/**
 * The marketplace's times in one sortable form.
 *
 * The marketplace's servers are Python: they write `2026-02-19T10:30:00Z`, `…+00:00`, `…+02:00`, with up to nine digits
 * of a second, or no zone (which means UTC). A `Date` would lose everything below a millisecond, so an instant is text:
 * UTC, no zone letter, no trailing zeros in the fraction (`2026-02-19T10:30:00.12`). In this form the order of the text
 * is the order of time, in memory and in a DynamoDB condition alike.
 */

/** A sortable instant: `YYYY-MM-DDTHH:mm:ss[.fraction]`, UTC, fraction without trailing zeros. */
export type Instant = string;

/** The instant of a record without a time: older than every other. */
export const BEGINNING_OF_TIME: Instant = '1970-01-01T00:00:00';

const DAY_MS = 86_400_000;
const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
/** A time as we write it, which needs no change. */
const PLAIN = /^\d{4}-\d{2}-\d{2}T(?!24)\d{2}:\d{2}(?::(?!60)\d{2}(?:\.\d+)?)?Z$/;
/** The longest text that is parsed: 200 digits of a second would say no more than nine. */
const MAX_LENGTH = 256;
const FRACTION_DIGITS = 9;

/**
 * Parses an ISO 8601 date or date-time. Midnight may be written as hour 24 of the day before. A leap second
 * (23:59:60 UTC) is read as the second after it, as clocks without leap seconds do. The first nine digits of a second count.
 *
 * @returns the sortable instant, or `undefined` if the text is no time (a 13th month, an hour 25…)
 */
export function parseInstant(text: string): Instant | undefined {
  const match = text.length > MAX_LENGTH ? null : ISO_8601.exec(text.trim());
  if (!match) return undefined;
  const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(`${date}T`)) return undefined;
  const offset = zoneOffsetMs(zone);
  const time = timeOfDayMs(Number(hours), Number(minutes), Number(seconds));
  if (offset === undefined || time === undefined) return undefined;
  const end = midnight + time - offset;
  // A leap second is only at the end of a UTC day, and hour 24 has no fraction.
  if (seconds === '60' && end % DAY_MS !== 0) return undefined;
  if (hours === '24' && !/^0*$/.test(fraction)) return undefined;
  const instant = joinInstant(end, fraction.slice(0, FRACTION_DIGITS));
  // An offset can lead out of the years 0–9999, where the order of the text is not the order of time.
  return /^\d{4}-/.test(instant) ? instant : undefined;
}

/** The instant of a time in milliseconds since 1970. */
export function instantFromMs(ms: number): Instant {
  const iso = new Date(ms).toISOString();
  return joinInstant(Math.floor(ms / 1000) * 1000, iso.slice(20, 23));
}

/** Milliseconds since 1970, rounded down. */
export function instantToMs(instant: Instant): number {
  const [seconds = '', fraction = ''] = instant.split('.');
  return Date.parse(`${seconds}Z`) + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** The instant as our API writes it: ISO 8601 with `Z`. */
export function formatInstant(instant: Instant): string {
  return `${instant}Z`;
}

/** Writes a record's own time in UTC with `Z`. A time in this form, or a text that is no time, is returned as it is. */
export function inUtc<T>(stamp: T): T | string {
  if (typeof stamp !== 'string' || PLAIN.test(stamp)) return stamp;
  const instant = parseInstant(stamp);
  return instant === undefined ? stamp : formatInstant(instant);
}

/** An ISO 8601 time to the millisecond, for our own stamps. */
export function isoFromMs(ms: number): string {
  return new Date(ms).toISOString();
}

/** Undefined if no day has this time. Whether it may have a 60th second is decided in UTC, by the caller. */
function timeOfDayMs(hours: number, minutes: number, seconds: number): number | undefined {
  const isEndOfDay = hours === 24 && minutes === 0 && seconds === 0;
  const isTime = hours <= 23 && minutes <= 59 && seconds <= 60;
  return isEndOfDay || isTime ? ((hours * 60 + minutes) * 60 + seconds) * 1_000 : undefined;
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function joinInstant(wholeSecondMs: number, fraction: string): Instant {
  const seconds = new Date(wholeSecondMs).toISOString().slice(0, 19);
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? seconds : `${seconds}.${digits}`;
}
