/**
 * Instants as the marketplace writes them, brought into one sortable form.
 *
 * The marketplace's servers are Python: they say `2026-02-19T10:30:00Z`, `…+00:00`, `…+02:00`, with up to
 * nine digits of a second, or nothing at all about the zone (then UTC is meant). Comparing them as `Date`
 * would lose what lies below a millisecond, so an instant is kept as text: UTC, no zone letter, no trailing
 * zeros in the fraction (`2026-02-19T10:30:00.12`). In this form text order is time order, in memory and in
 * a DynamoDB condition alike.
 */

/** A sortable instant: `YYYY-MM-DDTHH:mm:ss[.fraction]`, UTC, fraction without trailing zeros. */
export type Instant = string;

/** The instant of a record that carries no time: older than every other. */
export const BEGINNING_OF_TIME: Instant = '1970-01-01T00:00:00';

const DAY_MS = 86_400_000;
const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
/** As we write it: nothing about such a time has to be changed. */
const PLAIN = /^\d{4}-\d{2}-\d{2}T(?!24)\d{2}:\d{2}(?::(?!60)\d{2}(?:\.\d+)?)?Z$/;
/** Longest text that is looked at: with 200 digits of a second it still tells no more than with nine. */
const MAX_LENGTH = 256;
const FRACTION_DIGITS = 9;

/**
 * Parses an ISO 8601 date or date-time. Midnight may be the hour 24 of the day before, and a leap second (23:59:60 UTC)
 * is the second after it, as clocks without leap seconds have it. Of a second nine digits count.
 *
 * @returns the sortable instant, or `undefined` where the text is no such time (a 13th month, an hour 25…)
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
  // A leap second is one only where a day of UTC ends; the hour 24 has nothing behind it.
  if (seconds === '60' && end % DAY_MS !== 0) return undefined;
  if (hours === '24' && !/^0*$/.test(fraction)) return undefined;
  const instant = joinInstant(end, fraction.slice(0, FRACTION_DIGITS));
  // An offset may lead out of the years 0–9999, where text order is no longer time order.
  return /^\d{4}-/.test(instant) ? instant : undefined;
}

/** The instant of a point in time given in milliseconds since 1970. */
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

/** A record's own time in UTC with `Z`. One that is written so already stays to the letter; so does what is no time. */
export function inUtc<T>(stamp: T): T | string {
  if (typeof stamp !== 'string' || PLAIN.test(stamp)) return stamp;
  const instant = parseInstant(stamp);
  return instant === undefined ? stamp : formatInstant(instant);
}

/** An ISO 8601 time to the millisecond, for what we stamp ourselves. */
export function isoFromMs(ms: number): string {
  return new Date(ms).toISOString();
}

/** Undefined where no day has such a time. Whether it may have a 60th second is seen in UTC. */
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
