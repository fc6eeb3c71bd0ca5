import * as z from 'zod';
import { instantToMs, parseInstant } from '#core/time/instant.ts';

/** The parts that answers and queries of several routes share. Descriptions and examples go to the OpenAPI document. */

export const success = z.literal(true);

export const time = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC.', examples: ['2026-02-19T10:30:00.000Z'] });

export const nullableTime = time.nullable();

export const count = z.int().nonnegative();

/** US dollars, to the millionth. */
export const usd = z
  .number()
  .nonnegative()
  .meta({ description: 'US dollars.', examples: [0.19] });

export const runId = z
  .string()
  .meta({ description: 'Id of a run: a ULID.', examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GH'] });

export const nextCursor = z
  .string()
  .nullable()
  .meta({
    description: 'Give it as `cursor` to get the next page; null at the end.',
    examples: [null],
  });

/** What every failure looks like. */
export const failure = z.looseObject({
  success: z.literal(false),
  error: z.string().meta({ description: 'What is wrong, for programs.', examples: ['validation_failed'] }),
  message: z.string().meta({ description: 'What is wrong and what to do, for people.' }),
  details: z
    .array(
      z.object({ in: z.enum(['path', 'query', 'header', 'body']), field: z.string(), message: z.string() }),
    )
    .optional()
    .meta({ description: 'Every fault of the request, by field.' }),
});

/** What a failure looks like that API Gateway itself answers, before the API is asked. */
export const gatewayFailure = z.object({
  message: z
    .string()
    .meta({ description: 'What is wrong, in the words of API Gateway.', examples: ['Unauthorized'] }),
});

/** The body of a request that has nothing to say. */
export const emptyBody = z
  .strictObject({})
  .optional()
  .meta({ description: 'Nothing, or an empty object.', examples: [{}] });

/** Digits only: `Number()` would take "1e2", "0x10" and " 5 " as well. */
function digits(schema: z.ZodInt) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text),
    schema,
  );
}

/** How many items a list answers at most. */
export function pageLimit(byDefault: number) {
  return digits(z.int('must be a whole number from 1 to 200').min(1).max(200))
    .default(byDefault)
    .meta({ description: 'How many to answer at most.', examples: [50] });
}

/** How many hits of a search are answered at most. */
export const shortLimit = digits(z.int('must be a whole number from 1 to 50').min(1).max(50))
  .default(20)
  .meta({ description: 'How many to answer at most.', examples: [20] });

/** Query parameters of every list. */
export const pageQuery = {
  limit: pageLimit(50),
  cursor: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .meta({ description: '`next_cursor` of the page before.', pattern: '^[\\w-]+$' }),
};

const MAX_SEARCH_CHARACTERS = 300;

/** Text that is searched for: 1 to 300 characters, blanks around it not counted. */
export function searchText(description: string, example: string) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty: say what to search for')
    .refine((text) => text.length <= MAX_SEARCH_CHARACTERS || [...text].length <= MAX_SEARCH_CHARACTERS, {
      error: `must not exceed ${MAX_SEARCH_CHARACTERS} characters`,
    })
    .meta({ description, examples: [example], maxLength: MAX_SEARCH_CHARACTERS, pattern: '\\S' });
}

/** A time, or a day, which begins in UTC. */
const MOMENT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/;

/** A time or a day of a query; {@link msOfMoment} reads it. */
export function moment(description: string) {
  return z
    .string()
    .regex(MOMENT, 'must be a time or a date in ISO 8601')
    .refine((text) => parseInstant(text) !== undefined, 'must be a time that there is')
    .optional()
    .meta({ description, examples: ['2026-11-01', '2026-11-01T12:00:00Z'] });
}

/** Milliseconds since 1970; undefined where none was given. */
export function msOfMoment(text: string | undefined): number | undefined {
  const instant = text === undefined ? undefined : parseInstant(text);
  return instant === undefined ? undefined : instantToMs(instant);
}

/** Text that a list is narrowed down by. */
export function filterText(description: string, example: string) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(512, 'must not exceed 512 characters')
    .optional()
    .meta({ description, examples: [example] });
}
