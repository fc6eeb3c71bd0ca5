import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { WRONG_SHAPES } from '#local/marketplace/faults/wrong-shapes.ts';

/** 25 skills in pages of 8: page 4 is the last one and holds one skill. */
const PLACES = {
  'page 1': { route: 'skills', page: 1 },
  'page 2': { route: 'skills', page: 2 },
  'the last page': { route: 'skills', page: 4 },
  'every page': { route: 'skills' },
  'the categories': { route: 'categories' },
} as const;

export type Place = keyof typeof PLACES;

const PAGES = ['page 1', 'page 2', 'the last page'] as const;
const EVERYWHERE = [...PAGES, 'the categories'] as const;

/** A fault without its place: page, route and how often are filled in by the test. */
export type FaultCase = {
  readonly name: string;
  readonly fault: Fault;
  /** Where it is tried; default: a first, a middle and a last page, and the categories. */
  readonly places: readonly Place[];
  /** What a run that met it for good may say. */
  readonly code?: RegExp;
  /** It needs real time-outs. */
  readonly timesOut?: boolean;
};

/** The server's own clock counts, not ours. */
const DATES = { 'retry-after': 'Thu, 19 Feb 2026 10:30:02 GMT', date: 'Thu, 19 Feb 2026 10:30:00 GMT' };

const ONLY_LISTING = /^(total_|page_wrong)/;

function codeOf(status: number): RegExp {
  if (status === 401 || status === 403) return /^marketplace_auth$/;
  if (status >= 500) return DOWN;
  return status === 204 || status === 304 ? MALFORMED : /^marketplace_refused$/;
}

const DOWN = /^marketplace_unavailable$/;
const MALFORMED = /^malformed_answer$/;
const LIMITED = /^rate_limited$/;

const statuses: FaultCase[] = [204, 304, 400, 401, 403, 404, 500, 502, 503].map((status) => ({
  name: `status ${status}`,
  fault: { kind: 'status', status },
  places: EVERYWHERE,
  code: codeOf(status),
}));

const shapes: FaultCase[] = WRONG_SHAPES.map((shape) => ({
  name: `shape ${shape}`,
  fault: { kind: 'shape', shape },
  places: ONLY_LISTING.test(shape)
    ? PAGES
    : shape.startsWith('record_')
      ? ['page 2', 'the categories']
      : EVERYWHERE,
}));

const lies: FaultCase[] = (
  [
    ['two more', { delta: 2 }],
    ['two fewer', { delta: -2 }],
    ['nothing', { total: 0 }],
    ['one', { total: 1 }],
    ['a billion', { total: 1_000_000_000 }],
    ['beyond safe integers', { total: 2 ** 60 }],
    ['negative', { total: -5 }],
    ['one page', { totalPages: 1 }],
    ['no pages', { totalPages: 0 }],
    ['a billion pages', { totalPages: 1_000_000_000 }],
    ['negative pages', { totalPages: -3 }],
  ] as const
).map(([name, lie]) => ({
  name: `total: ${name}`,
  fault: { kind: 'total', ...lie },
  places: ['page 1', 'page 2', 'every page'] as const,
}));

const broken: readonly Omit<FaultCase, 'places'>[] = [
  { name: 'status 503 in HTML', code: DOWN, fault: { kind: 'status', status: 503, body: '<h1>down</h1>' } },
  {
    name: 'status 503 with Retry-After',
    code: DOWN,
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '3' } },
  },
  {
    name: 'status 503 with Retry-After beyond the time left',
    code: DOWN,
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '3000' } },
  },
  {
    name: 'status 500 until a date',
    code: DOWN,
    fault: { kind: 'status', status: 500, headers: DATES },
  },
  { name: 'an empty body', code: MALFORMED, fault: { kind: 'status', status: 200, body: '' } },
  { name: 'latency beyond the time-out', code: DOWN, fault: { kind: 'latency', ms: 3_000 }, timesOut: true },
  { name: 'hang', code: DOWN, fault: { kind: 'hang' }, timesOut: true },
  { name: 'reset', code: DOWN, fault: { kind: 'reset' } },
  { name: 'body cut below its length', code: DOWN, fault: { kind: 'cut', mode: 'length' } },
  { name: 'body cut before its first byte', code: DOWN, fault: { kind: 'cut', mode: 'length', share: 0 } },
  { name: 'chunked body without an end', code: DOWN, fault: { kind: 'cut', mode: 'chunked' } },
  { name: 'body ended early as if it were whole', code: MALFORMED, fault: { kind: 'cut', mode: 'clean' } },
  { name: 'html', code: MALFORMED, fault: { kind: 'html' } },
  { name: 'garbage', code: MALFORMED, fault: { kind: 'garbage' } },
  {
    name: '429 in seconds',
    code: LIMITED,
    fault: { kind: 'rate_limit', retryAfterSeconds: 2, form: 'seconds' },
  },
  { name: '429 until a date', code: LIMITED, fault: { kind: 'status', status: 429, headers: DATES } },
  { name: '429 for no time', code: LIMITED, fault: { kind: 'rate_limit', retryAfterSeconds: 0 } },
  { name: '429 for an hour', code: LIMITED, fault: { kind: 'rate_limit', retryAfterSeconds: 3_600 } },
  { name: 'token expired, not rotated', code: /^marketplace_auth$/, fault: { kind: 'expired_token' } },
];

/** Answers that are no JSON, or none at all. */
export const BROKEN_ANSWERS: readonly FaultCase[] = [
  ...statuses,
  ...broken.map((one) => ({ ...one, places: EVERYWHERE })),
];

/** Answers that are JSON, and wrong. */
export const WRONG_ANSWERS: readonly FaultCase[] = [...shapes, ...lies];

/** The fault in a place. */
export function at(fault: Fault, place: Place, times: number | 'always'): Fault {
  return { ...fault, ...PLACES[place], times } as Fault;
}
