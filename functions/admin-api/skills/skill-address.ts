import * as z from 'zod';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import { type ApiError, notFound, validationFailed } from '#functions/admin-api/http/errors.ts';

/**
 * How a skill is named in an address.
 *
 * API Gateway hands the path over decoded, so that `a%2Fratings` can't be told from the ratings of `a`, and clients
 * take `..` for a step up. A query is handed over as it was sent: an id that a path can't hold is given there.
 */

/** Stands in the path for the id that the query has. */
const IN_THE_QUERY = '-';

const LENGTH = { minLength: 1, maxLength: MAX_ID_BYTES };

/** The path of one skill. */
export const skillParams = z.strictObject({
  id: z.string().meta({
    description:
      `The skill's id, percent-encoded; at most ${MAX_ID_BYTES} bytes. \`${IN_THE_QUERY}\` where the query parameter ` +
      '`id` has it.',
    examples: ['csv-cleaner'],
    ...LENGTH,
  }),
});

/** The query of one skill. */
export const skillQuery = {
  id: z
    .string()
    .optional()
    .meta({
      description:
        `The skill's id where the path has \`${IN_THE_QUERY}\`: for ids that a path can't hold, such as \`a/ratings\` ` +
        'or `..`.',
      ...LENGTH,
    }),
};

/**
 * The id of the skill that an address names.
 *
 * @throws ApiError `validation_failed` where path and query both name one
 */
export function addressedId(
  params: z.output<typeof skillParams>,
  query: { readonly id?: string | undefined },
): string {
  if (query.id === undefined) return params.id;
  if (params.id === IN_THE_QUERY) return query.id;
  const message = `is only for the path /api/skills/${IN_THE_QUERY}: this one has an id`;
  throw validationFailed([{ in: 'query', field: 'id', message }]);
}

/** Whether a skill can be called so. What can't be is not looked for: the table would refuse the key. */
export function isPossibleId(id: string): boolean {
  return id.trim() !== '' && id.isWellFormed() && Buffer.byteLength(id) <= MAX_ID_BYTES;
}

export function skillNotFound(): ApiError {
  return notFound('skill_not_found', 'The cache has no such skill: it is unknown, removed or expired.');
}
