import * as z from 'zod';
import { parseInstant } from '#core/time/instant.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { wireDigest } from '#functions/admin-api/present/present-digest.ts';
import { failure, success } from '#functions/admin-api/present/wire-schemas.ts';

const MARKDOWN = 'text/markdown';

const getDigest = defineRoute({
  method: 'GET',
  path: '/api/digest',
  level: Level.supervised,
  operationId: 'getDigest',
  summary: 'What an operator has to know of a day: incidents, new and rising issues, regressions.',
  description:
    'Of today as it is now, of an earlier day as the nightly pipeline kept it. It is made of numbers and stored labels, ' +
    'and costs no call. `Accept: text/markdown` gives the page that people read.',
  tag: 'issues',
  headers: z.object({ accept: z.string().optional() }),
  query: z.strictObject({
    date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, such as 2026-11-27')
      .refine((day) => parseInstant(day) !== undefined, 'must be a day that there is')
      .optional()
      .meta({ description: 'In UTC. Default: today.', examples: ['2026-11-27'] }),
  }),
  responses: {
    200: {
      description: 'The digest.',
      schema: wireDigest.extend({ success }),
      asText: { contentType: MARKDOWN, example: '# Support tickets on 2026-11-27\n\nNo incident is open.\n' },
    },
    404: { description: '`digest_not_found`: none was made of that day.', schema: failure },
  },
  async handle({ query: { date }, headers }, services) {
    const { readDigest, renderDigest } = await import('#functions/admin-api/issues/read-digest.ts');
    const digest = await readDigest(services, date);
    const vary = { vary: 'accept' };
    if (!prefersMarkdown(headers.accept)) {
      return { status: 200, headers: vary, body: { success: true, ...digest } };
    }
    const type = { 'content-type': `${MARKDOWN}; charset=utf-8` };
    return { status: 200, headers: { ...vary, ...type }, body: renderDigest(digest) };
  },
});

/** Whether a caller asks for Markdown by name, and not rather for JSON. */
function prefersMarkdown(accept = ''): boolean {
  const weights = new Map(accept.toLowerCase().split(',').map(readRange));
  const markdown = weights.get(MARKDOWN) ?? 0;
  return markdown > 0 && markdown >= (weights.get('application/json') ?? 0);
}

/** A media range with its weight: `text/markdown;q=0.8`. */
function readRange(range: string): [type: string, weight: number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [type, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}

export const digestRoutes: readonly Route[] = [getDigest];
