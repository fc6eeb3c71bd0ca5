import * as z from 'zod';
import { MalformedAnswerError, MarketplaceRefusedError } from '#core/errors.ts';
import type { Marketplace, SkillPage } from '#core/marketplace/marketplace.ts';
import { numbersByName } from '#core/marketplace/wire-fields.ts';
import { createMarketplaceHttp, type MarketplaceHttp, type MarketplaceHttpDeps } from './request.ts';

const count = z.int().nonnegative();

/** Only the envelope: what is wrong with a single record is found record by record, by the core. */
const skillsEnvelope = z.object({
  skills: z.array(z.unknown()),
  total: count,
  page: count.nullish(),
  page_size: count.nullish(),
  total_pages: count.nullish(),
});

/** The answer of the categories; a server may leave the envelope out. */
export const categoriesEnvelope = z.union([
  z.array(z.unknown()),
  z.object({ categories: z.array(z.unknown()) }).transform((envelope) => envelope.categories),
]);

/** Not `z.record`, which would copy it: a record is handed on as it came. */
const record = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);

/**
 * The marketplace over HTTP. To be made once per process, at the composition root: its calls share one limiter.
 * Where other adapters call the same marketplace too, give both the same `limiter`.
 *
 * @throws TypeError when `baseUrl` is no URL or holds a user name or a password
 * @example
 * const marketplace = createMarketplace({
 *   baseUrl: config.apiUrl, token, fetch, now: Date.now, sleep, random: Math.random, timeoutMs: 30_000, log,
 *   remainingMs: () => context.getRemainingTimeInMillis(),
 * });
 * const page = await marketplace.listSkills(1, 100);
 */
export function createMarketplace(deps: MarketplaceHttpDeps): Marketplace {
  const http = createMarketplaceHttp(deps);
  return {
    listCategories: (signal) => listCategories(http, signal),
    listSkills: (page, pageSize, signal) => listSkills(http, page, pageSize, signal),
    getSkill: (skillId, signal) => getSkill(http, skillId, signal),
  };
}

async function listCategories(http: MarketplaceHttp, signal: AbortSignal | undefined) {
  const path = '/api/v1/categories';
  const parse = (json: unknown) => check(categoriesEnvelope, json);
  const { value, requestedAt } = await http.call({ method: 'GET', path, parse, signal });
  return { records: value, requestedAt };
}

async function listSkills(
  http: MarketplaceHttp,
  page: number,
  pageSize: number,
  signal: AbortSignal | undefined,
): Promise<SkillPage> {
  const { value, requestedAt } = await http.call({
    method: 'GET',
    path: '/api/v1/skills',
    query: { page, page_size: pageSize },
    shown: `GET /api/v1/skills (page ${page})`,
    parse: (json) => parsePage(json, page, pageSize),
    signal,
  });
  return { ...value, requestedAt };
}

function parsePage(json: unknown, page: number, askedSize: number): Omit<SkillPage, 'requestedAt'> {
  const envelope = check(skillsEnvelope, json);
  if ((envelope.page ?? page) !== page) {
    throw new MalformedAnswerError(`it answered page ${envelope.page} when page ${page} was asked for`);
  }
  const pageSize = envelope.page_size || askedSize;
  return {
    records: envelope.skills,
    page,
    pageSize,
    total: envelope.total,
    totalPages: envelope.total_pages ?? Math.ceil(envelope.total / pageSize),
  };
}

async function getSkill(http: MarketplaceHttp, skillId: string, signal: AbortSignal | undefined) {
  const { value, requestedAt } = await http.call({
    method: 'GET',
    path: `/api/v1/skills/${segment(skillId)}`,
    parse: (json) => check(record, json),
    answers: new Map([[404, undefined]]),
    signal,
  });
  return value && { record: value, requestedAt };
}

/**
 * An id as one segment of a path. `.` and `..` have no such form: URLs resolve them even when they are
 * percent-encoded, and the request would reach another resource with our token.
 */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..' || !id.isWellFormed()) {
    throw new MarketplaceRefusedError(
      'A skill with this id cannot be asked for: the id is no path segment.',
      400,
    );
  }
  return encodeURIComponent(id);
}

/** The answer's JSON, held against its schema. @throws MalformedAnswerError naming the first fault */
export function check<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json, { error: numbersByName });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') || 'the answer';
  throw new MalformedAnswerError(
    `its answer had the wrong shape (${where}: ${issue?.message ?? 'not as agreed'})`,
  );
}
