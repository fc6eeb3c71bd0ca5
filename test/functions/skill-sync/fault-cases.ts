import type { Fault } from '#local/marketplace/fault-schema.ts';
import { WRONG_SHAPES } from '#local/marketplace/wrong-shapes.ts';

/** A fault without its place: page, route and how often are filled in by the test. */
export type FaultCase = {
  readonly name: string;
  readonly fault: Fault;
  /** Only about the skill listing. */
  readonly listingOnly?: boolean;
  /** It needs real time-outs. */
  readonly timesOut?: boolean;
};

const ONLY_LISTING = /^(total_|page_wrong)/;

const statuses: FaultCase[] = [400, 401, 403, 404, 408, 409, 418, 500, 502, 503, 504, 599, 204, 304].map(
  (status) => ({ name: `status ${status}`, fault: { kind: 'status', status } }),
);

const shapes: FaultCase[] = WRONG_SHAPES.map((shape) => ({
  name: `shape ${shape}`,
  fault: { kind: 'shape', shape },
  listingOnly: ONLY_LISTING.test(shape),
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
  listingOnly: true,
}));

/** Every way in which an answer can be spoilt by the simulator. */
export const FAULT_CASES: readonly FaultCase[] = [
  ...statuses,
  { name: 'status 503 in HTML', fault: { kind: 'status', status: 503, body: '<h1>down</h1>' } },
  {
    name: 'status 503 with Retry-After',
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '3' } },
  },
  { name: 'an empty body', fault: { kind: 'status', status: 200, body: '' } },
  { name: 'latency beyond the time-out', fault: { kind: 'latency', ms: 3_000 }, timesOut: true },
  { name: 'hang', fault: { kind: 'hang' }, timesOut: true },
  { name: 'reset', fault: { kind: 'reset' } },
  { name: 'body cut below its length', fault: { kind: 'cut', mode: 'length' } },
  { name: 'body cut before its first byte', fault: { kind: 'cut', mode: 'length', share: 0 } },
  { name: 'chunked body without an end', fault: { kind: 'cut', mode: 'chunked' } },
  { name: 'body ended early as if it were whole', fault: { kind: 'cut', mode: 'clean' } },
  { name: 'html', fault: { kind: 'html' } },
  { name: 'garbage', fault: { kind: 'garbage' } },
  { name: '429 in seconds', fault: { kind: 'rate_limit', retryAfterSeconds: 2, form: 'seconds' } },
  { name: '429 as a date', fault: { kind: 'rate_limit', retryAfterSeconds: 2, form: 'http_date' } },
  { name: '429 for no time', fault: { kind: 'rate_limit', retryAfterSeconds: 0 } },
  { name: '429 for two days', fault: { kind: 'rate_limit', retryAfterSeconds: 172_800 } },
  { name: 'token expired, not rotated', fault: { kind: 'expired_token' } },
  ...shapes,
  ...lies,
];
