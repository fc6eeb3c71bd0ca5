/** The misbehaviours that can be ordered, as data: the same in a test and over curl. */
import { z } from 'zod';
import { ROUTE_NAMES } from '#local/zendesk/http/calls.ts';
import { ticketOperationSchema } from '#local/zendesk/tickets/ticket-operation.ts';

/** Which requests a fault hits, and how many of them. What is not given matches everything. */
const matcher = {
  /** Name of the call, e.g. `incremental_tickets`, `comments`, `oauth_token`. */
  route: z.enum(ROUTE_NAMES).optional(),
  method: z.string().optional(),
  /** Beginning of the path. */
  path: z.string().startsWith('/').optional(),
  subdomain: z.string().optional(),
  /** Only calls with a cursor, or only those without. */
  hasCursor: z.boolean().optional(),
  /** So many requests are hit; Infinity, or 'always', = until it is cleared. Default 1. */
  times: z.union([z.int().min(1), z.literal(Number.POSITIVE_INFINITY), z.literal('always')]).optional(),
  /** So many matching requests are let through first: 6 hits the seventh call. Default 0. */
  after: z.int().min(0).optional(),
};

/** Every fault that can be written down; `mutate`, which takes a function, is for programs only. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Answers with a status. Text is sent as it is, anything else as JSON. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    ...matcher,
  }),
  /** Answers late; goes together with any other fault. */
  z.strictObject({ kind: z.literal('latency'), ms: z.number().min(0).max(3_600_000), ...matcher }),
  /** Never answers. */
  z.strictObject({ kind: z.literal('hang'), ...matcher }),
  /** The connection is reset; `afterWork`: the work was done, only the answer is lost. */
  z.strictObject({ kind: z.literal('reset'), afterWork: z.boolean().optional(), ...matcher }),
  /** Only a share of the body comes (default 0.5), then the connection is lost. */
  z.strictObject({ kind: z.literal('cut'), share: z.number().min(0).max(1).optional(), ...matcher }),
  /** Only a share of the body comes (default 0.5), with a proper end: half the JSON. */
  z.strictObject({ kind: z.literal('truncated'), share: z.number().min(0).max(1).optional(), ...matcher }),
  /** 200 with a page for people, as a proxy answers. */
  z.strictObject({ kind: z.literal('html'), ...matcher }),
  /** 429 that the limits have no part in. What is left out is as the settings say, with 60 s to wait. */
  z.strictObject({
    kind: z.literal('rate_limit'),
    body: z.enum(['json', 'text']).optional(),
    retryAfter: z.union([z.literal('absent'), z.number().min(0)]).optional(),
    ...matcher,
  }),
  /** The token that the request carries expires for good. */
  z.strictObject({ kind: z.literal('expire_token'), ...matcher }),
  /** 403, as to somebody who is no admin. */
  z.strictObject({
    kind: z.literal('forbidden'),
    body: z.enum(['json', 'empty', 'html']).optional(),
    ...matcher,
  }),
  /** The cursor cannot be used any more. Default status 400. Only calls with a cursor are hit. */
  z.strictObject({
    kind: z.literal('lost_cursor'),
    status: z.union([z.literal(400), z.literal(404), z.literal(422)]).optional(),
    ...matcher,
  }),
  /** The page comes, and with it the cursor that was asked with, and more to come. */
  z.strictObject({ kind: z.literal('repeat_cursor'), ...matcher }),
  /** The page comes without a cursor, though there is more to come. */
  z.strictObject({ kind: z.literal('no_cursor'), ...matcher }),
  /** A page without tickets and with a new cursor, though there is more to come. */
  z.strictObject({ kind: z.literal('empty_page'), ...matcher }),
  /** The last ticket of the page before comes again as the first of this one. */
  z.strictObject({ kind: z.literal('duplicate_ticket'), ...matcher }),
  /** `after_url` leads to another server. Default `https://evil.example`. */
  z.strictObject({ kind: z.literal('foreign_after_url'), origin: z.url().optional(), ...matcher }),
  /** Puts fields over those of the answer, wrong types too: `{"tickets": null}`. */
  z.strictObject({ kind: z.literal('fields'), fields: z.record(z.string(), z.json()), ...matcher }),
  /** Changes tickets just before the answer is made. */
  z.strictObject({
    kind: z.literal('operations'),
    operations: z.array(ticketOperationSchema).min(1),
    ...matcher,
  }),
]);

/** A fault as data. */
type WrittenFault = z.infer<typeof faultSchema>;

type Matcher = Pick<
  WrittenFault,
  'route' | 'method' | 'path' | 'subdomain' | 'hasCursor' | 'times' | 'after'
>;

/** Runs a function just before the matching request is answered. */
type MutateFault = Matcher & { readonly kind: 'mutate'; readonly run: () => void | Promise<void> };

/** Any fault. */
export type Fault = WrittenFault | MutateFault;

/** A fault of one kind. */
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;
