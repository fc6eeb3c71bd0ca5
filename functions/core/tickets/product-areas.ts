/** A part of the product that a ticket can be about, in the words of whoever runs this. */
type NamedArea = { readonly name: string; readonly definition: string };

const MAX_AREAS = 20;
const MAX_NAME = 60;
const MAX_TEXT = 2_000;

/** `area` or `area/feature`. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._&+-]*(\/[\p{L}\p{N}][\p{L}\p{N} ._&+-]*)?$/u;

/**
 * Reads the setting TICKET_PRODUCT_AREAS: `name: definition`, one a line or separated by `;`. Up to 20 different names
 * of up to 60 characters, and up to 2,000 characters in all; undefined where the text is anything else.
 *
 * @example productAreasOf('billing: invoices and payments; sync/calendar: events that do not arrive')
 */
export function productAreasOf(text: string): NamedArea[] | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const entries = text
    .split(/[\n;]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const areas = entries.flatMap((entry) => areaOf(entry) ?? []);
  const names = new Set(areas.map(({ name }) => name.toLowerCase()));
  const isGood = areas.length === entries.length && names.size === areas.length && areas.length <= MAX_AREAS;
  return isGood ? areas : undefined;
}

function areaOf(entry: string): NamedArea | undefined {
  const colon = entry.indexOf(':');
  const name = entry.slice(0, Math.max(colon, 0)).trim();
  const definition = entry.slice(colon + 1).trim();
  const isGood = name.length <= MAX_NAME && NAME.test(name) && definition !== '';
  return isGood ? { name, definition } : undefined;
}
