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

const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Parses an ISO 8601 date or date-time.
 *
 * @returns the sortable instant, or `undefined` where the text is no such time (a 13th month, an hour 25…)
 */
export function parseInstant(text: string): Instant | undefined {
  const match = ISO_8601.exec(text.trim());
  if (!match) return undefined;
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const local = Date.parse(`${date}T${minutes}:${seconds}Z`);
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${date}T`)) return undefined;
  const offset = zoneOffsetMs(zone);
  if (offset === undefined) return undefined;
  const instant = joinInstant(local - offset, fraction);
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
export function inUtc(stamp: string | null): string | null {
  if (stamp?.endsWith('Z')) return stamp;
  const instant = stamp === null ? undefined : parseInstant(stamp);
  return instant === undefined ? stamp : formatInstant(instant);
}

/** An ISO 8601 time to the millisecond, for what we stamp ourselves. */
export function isoFromMs(ms: number): string {
  return new Date(ms).toISOString();
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
