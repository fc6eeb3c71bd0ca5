/** The misbehaviours that can be ordered, as data: the same in a test and over curl. */
import { z } from 'zod';
import { catalogOpSchema } from '#local/marketplace/catalog/catalog-ops.ts';
import { ROUTE_NAMES } from '#local/marketplace/http/routes.ts';
import { wrongShapeSchema } from './wrong-shapes.ts';

/** Which requests a fault hits, and how many of them. What is not given matches everything. */
const matcher = {
  method: z.string().optional(),
  /** Beginning of the path, e.g. `/api/v1/skills`. */
  path: z.string().startsWith('/').optional(),
  /** Name of the call, e.g. `skills`, `add_rating`, `feed` (the socket's handshake). */
  route: z.enum(ROUTE_NAMES).optional(),
  /** Page of the skill listing, from 1. */
  page: z.int().optional(),
  /** So many requests are hit; Infinity, or 'always', = until it is cleared. Default 1. */
  times: z.union([z.int().min(1), z.literal(Number.POSITIVE_INFINITY), z.literal('always')]).optional(),
  /** So many matching requests are let through first. Default 0. */
  after: z.int().min(0).optional(),
};

/** True: the work is done first and only the answer is lost. Default false: the work is not done. */
const afterCommit = z.boolean().optional();
const httpStatus = z.int().min(200).max(599);

/** Every fault that can be written down; `mutate`, which takes a function, is for programs only. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Answers with a status; on the feed it refuses the handshake (3xx: with `location`). */
  z.strictObject({
    kind: z.literal('status'),
    status: httpStatus,
    /** Text is sent as it is, anything else as JSON. */
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    afterCommit,
    ...matcher,
  }),
  /** Answers late; goes together with any other fault. */
  z.strictObject({ kind: z.literal('latency'), ms: z.number().min(0).max(3_600_000), ...matcher }),
  /**
   * Breaks the body off after `share` (0–1, default 0.5) of it. `length`: full Content-Length declared,
   * socket destroyed; `chunked`: chunked without the last chunk; `clean`: a proper end, half the JSON.
   */
  z.strictObject({
    kind: z.literal('cut'),
    mode: z.enum(['length', 'chunked', 'clean']).optional(),
    share: z.number().min(0).max(1).optional(),
    ...matcher,
  }),
  /** Never answers. On the feed: the handshake is never answered. */
  z.strictObject({ kind: z.literal('hang'), afterCommit, ...matcher }),
  /** Resets the connection at once. */
  z.strictObject({ kind: z.literal('reset'), afterCommit, ...matcher }),
  /** 200 with an HTML page, as a captive portal does. */
  z.strictObject({ kind: z.literal('html'), afterCommit, ...matcher }),
  /** 200 with something that is not JSON. */
  z.strictObject({ kind: z.literal('garbage'), afterCommit, ...matcher }),
  /** JSON of the wrong shape. */
  z.strictObject({
    kind: z.literal('shape'),
    shape: wrongShapeSchema,
    /** How many records are spoilt, and from which place on. Default 1 from 0. */
    records: z.int().min(1).optional(),
    first: z.int().min(0).optional(),
    ...matcher,
  }),
  /** Changes the catalogue just before the answer: with `page`, the listing drifts between pages. */
  z.strictObject({ kind: z.literal('ops'), ops: z.array(catalogOpSchema).min(1), ...matcher }),
  /** Lies about the totals of a page; total_pages follows `total` unless it is lied about itself. */
  z.strictObject({
    kind: z.literal('total'),
    total: z.int().optional(),
    delta: z.int().optional(),
    totalPages: z.int().optional(),
    totalPagesDelta: z.int().optional(),
    ...matcher,
  }),
  /**
   * Gives `rows` rows a page, whatever is asked for; `page_size` and `total_pages` go on saying what was asked for
   * (default), or say what is given.
   */
  z.strictObject({
    kind: z.literal('clamp'),
    rows: z.int().min(1),
    says: z.enum(['asked', 'given']).optional(),
    ...matcher,
  }),
  /** 429 with Retry-After, default 1 s, as seconds or as an HTTP date by the server's clock. */
  z.strictObject({
    kind: z.literal('rate_limit'),
    retryAfterSeconds: z.number().min(0).optional(),
    form: z.enum(['seconds', 'http_date']).optional(),
    ...matcher,
  }),
  /** The token that the request carries expires for good: 401 until another one is used. */
  z.strictObject({ kind: z.literal('expired_token'), ...matcher }),
  /** Feed only: accepts the socket, then neither sends nor answers pings. */
  z.strictObject({ kind: z.literal('zombie'), ...matcher }),
  /** Feed only: accepts the socket, then stops reading too, like a peer that lost its network. */
  z.strictObject({ kind: z.literal('silent'), ...matcher }),
  /** Feed only: accepts the socket, sends `afterFrames` frames (default 0), then closes with `code`. */
  z.strictObject({
    kind: z.literal('close'),
    code: z.int().min(0).max(65_535),
    reason: z.string().max(120).optional(),
    afterFrames: z.int().min(0).optional(),
    ...matcher,
  }),
]);

/** A fault as data. */
export type WrittenFault = z.infer<typeof faultSchema>;

type Matcher = Pick<WrittenFault, 'method' | 'path' | 'route' | 'page' | 'times' | 'after'>;

/** Runs a function just before the matching request is answered. */
type MutateFault = Matcher & { readonly kind: 'mutate'; readonly run: () => void | Promise<void> };

/** Any fault. */
export type Fault = WrittenFault | MutateFault;

/** A fault of one kind. */
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;
