import * as z from 'zod';
import { isRawNumber, type JsonNumber, numberText, parse } from '#core/json/json.ts';
import { parseInstant } from '#core/time/instant.ts';

/**
 * Fields off the wire, read by what they would harm: a value that has one plain meaning is read so (`"4.5"` as a
 * number, PHP's `[]` as an object without fields), what would break a reader or the order of versions refuses the
 * record, and what nobody goes by is kept as it came. The table is in docs/data-model.md.
 */

/** Longest id in UTF-8 bytes: well below DynamoDB's 2,048 for a key, and what an audit line can show. */
export const MAX_ID_BYTES = 512;

const WHOLE_NUMBER = /^-?\d+$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** An id that may be written as a number: its digits as they came. */
const idText = z.unknown().transform((value, context) => {
  const text = digitsAsText(value);
  return typeof text === 'string' ? text : reject(context, 'must be text or a whole number in digits');
});

/** A whole number as the digits that it was written in; anything else as it is. */
export function digitsAsText(value: unknown): unknown {
  const digits = numberText(value);
  return digits !== undefined && WHOLE_NUMBER.test(digits) ? digits : value;
}

/** A record's id off the wire. */
export const recordId = idText
  .refine((id) => id.trim() !== '', 'must not be empty')
  .refine((id) => Buffer.byteLength(id) <= MAX_ID_BYTES, `must not exceed ${MAX_ID_BYTES} bytes`)
  // A lone surrogate can't be written as UTF-8: it would come back as another id.
  .refine((id) => id.isWellFormed(), 'must be well-formed unicode');

/** A time off the wire that must be there. */
export const recordTime = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, 'is not an ISO 8601 time');

/** A time that decides about the order of versions. Blank text says as much as none. */
export const orderingTime = z.union([z.string().regex(/^\s*$/), recordTime]).nullish();

/** A figure: a number, or text that is one. Kept as it came where a double can't stand for it. */
export const wireNumber = z.unknown().transform((value, context) => {
  const number = readNumber(value);
  if (isBlank(value)) return null;
  return number ?? reject(context, 'must be a number that can be represented');
});

/** A count: a whole number, or text that is one. */
export const wireCount = z.unknown().transform((value, context) => {
  if (isBlank(value)) return null;
  const count = Number(numberText(readNumber(value)));
  if (Number.isSafeInteger(count) && count >= 0) return Math.abs(count);
  return reject(context, `must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
});

/** A version: text, or a number as it is written. */
export const wireVersion = z
  .unknown()
  .transform((value, context) =>
    typeof value === 'string' ? value : (numberText(value) ?? reject(context, 'must be text')),
  );

/** Fields by name. An empty list is what PHP makes of no fields, blank text of none at all. */
export const wireObject = z.preprocess(
  (value) => ((Array.isArray(value) && value.length === 0) || isBlank(value) ? {} : value),
  z.record(z.string(), z.unknown()),
);

/** Tags: a list, or text with commas. What is no text among them is left out: see {@link tagsLeftOut}. */
export const wireTags = z
  .union([z.array(z.unknown()), z.string()], 'must be a list of text')
  .transform((tags) =>
    typeof tags === 'string'
      ? tags.split(',').flatMap((tag) => tag.trim() || [])
      : tags.filter((tag) => typeof tag === 'string'),
  );

/** Why tags of a record were left out; undefined where none was. */
export function tagsLeftOut(tags: unknown): string | undefined {
  if (!Array.isArray(tags)) return undefined;
  const left = [...tags.keys()].filter((index) => typeof tags[index] !== 'string');
  if (left.length === 0) return undefined;
  const shown = left.slice(0, 8).map((index) => `tags.${index}`);
  return `${shown.join(', ')}${left.length > shown.length ? '…' : ''}: must be text; left out`;
}

/** Names a number that is kept as text by what it is, and not by how it is kept. To be given to `safeParse`. */
export const numbersByName: z.core.$ZodErrorMap = ({ code, expected, input }) => {
  if (code !== 'invalid_type' || !isRawNumber(input)) return undefined;
  return expected === 'number' || expected === 'int'
    ? 'must be a number that can be represented'
    : `Invalid input: expected ${expected}, received number`;
};

function readNumber(value: unknown): JsonNumber | undefined {
  const number = typeof value === 'string' && NUMBER.test(value) ? parse(value) : value;
  const text = numberText(number);
  return text !== undefined && Number.isFinite(Number(text)) ? (number as JsonNumber) : undefined;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function reject(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
