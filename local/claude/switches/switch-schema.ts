/** The misbehaviours that can be ordered, as data: the same in a test and over curl. */
import { z } from 'zod';
import { ERROR_STATUS, type ErrorType } from '#local/claude/http/api-error.ts';
import { ROUTE_NAMES } from '#local/claude/http/routes.ts';

/** Which requests a switch hits, and how many of them. What is not given matches everything. */
const matcher = {
  /** The call, e.g. `messages`; `batch_item` is one request within a batch, when the batch is worked off. */
  route: z.enum([...ROUTE_NAMES, 'batch_item']).optional(),
  /** Part of the user's message, letter case ignored. */
  text: z.string().min(1).optional(),
  /** Of a batch's request, or of any in the batch that is created; a `*` at the end stands for any rest. */
  customId: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  /** So many requests are hit; Infinity, or 'always', = until it is cleared. Default 1. */
  times: z.union([z.int().min(1), z.literal(Number.POSITIVE_INFINITY), z.literal('always')]).optional(),
  /** So many matching requests are let through first. Default 0. */
  after: z.int().min(0).optional(),
  /** The first that is hit, from 1: the same as `after` + 1. */
  nth: z.int().min(1).optional(),
};

const errorTypes = Object.keys(ERROR_STATUS) as [ErrorType, ...ErrorType[]];

/** True: the work is done (and paid) first and only the answer is lost. */
const accepted = z.boolean().optional();

/** Every switch. */
export const switchSchema = z.discriminatedUnion('kind', [
  // Failures in place of an answer; nothing is paid.
  /** Any failure, in the API's own shape. */
  z.strictObject({
    kind: z.literal('error'),
    type: z.enum(errorTypes),
    message: z.string().optional(),
    errorCode: z.string().optional(),
    retryAfterSeconds: z.number().min(0).optional(),
    ...matcher,
  }),
  /** 429; `retryAfterSeconds` null = without the header. Default 1. */
  z.strictObject({
    kind: z.literal('rate_limit'),
    retryAfterSeconds: z.number().min(0).nullable().optional(),
    /** An HTTP date by the server's clock in place of seconds. Default false. */
    asDate: z.boolean().optional(),
    ...matcher,
  }),
  /** 429 of the month's cap: never with `retry-after`. Default code `enforced_spend_limit_reached`. */
  z.strictObject({
    kind: z.literal('tier_cap'),
    errorCode: z.enum(['enforced_spend_limit_reached', 'contract_spend_limit_reached']).optional(),
    ...matcher,
  }),
  /** 529. */
  z.strictObject({ kind: z.literal('overloaded'), ...matcher }),
  /** 400 because the customer's own spend limit is reached. */
  z.strictObject({ kind: z.literal('spend_limit'), ...matcher }),
  /** 402. */
  z.strictObject({ kind: z.literal('billing'), ...matcher }),
  /** 401, as if the key had been revoked. */
  z.strictObject({ kind: z.literal('unauthorized'), ...matcher }),
  /** 413 as an HTML page, as a proxy in front of the API sends it. */
  z.strictObject({ kind: z.literal('too_large_html'), ...matcher }),
  /** Any status with any body, as it is. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    ...matcher,
  }),
  // Answers that are late or lost.
  /** Answers late; goes together with any other switch. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0).max(3_600_000), ...matcher }),
  /** Resets the connection; default after the work was done and counted as paid. */
  z.strictObject({ kind: z.literal('reset'), accepted, ...matcher }),
  /** Never answers; default without doing the work. */
  z.strictObject({ kind: z.literal('hang'), accepted, ...matcher }),
  /** Breaks the connection after `share` (0–1, default 0.5) of the body. */
  z.strictObject({ kind: z.literal('cut'), share: z.number().min(0).max(1).optional(), ...matcher }),
  // What a model may do though there is a schema; all of it is paid.
  /** A thinking block before the text. */
  z.strictObject({ kind: z.literal('thinking'), ...matcher }),
  /** `stop_reason: refusal`, with status 200. */
  z.strictObject({ kind: z.literal('refusal'), ...matcher }),
  /** `stop_reason: max_tokens`: JSON that ends after `share` (0–1, default 0.5) of it. */
  z.strictObject({ kind: z.literal('max_tokens'), share: z.number().min(0).max(1).optional(), ...matcher }),
  /** Enum values in capitals. */
  z.strictObject({ kind: z.literal('capitals'), ...matcher }),
  /** A property that the schema does not have. */
  z.strictObject({ kind: z.literal('extra_property'), ...matcher }),
  /** Without one of the required properties; default the last. */
  z.strictObject({ kind: z.literal('missing_property'), name: z.string().optional(), ...matcher }),
  /** Sentences around the JSON. */
  z.strictObject({ kind: z.literal('prose'), ...matcher }),
  /** Strings far over the lengths that the schema's descriptions ask for. */
  z.strictObject({ kind: z.literal('long_strings'), ...matcher }),
  /** The ticket convinced the model: this severity (default critical), and no injection is suspected. */
  z.strictObject({ kind: z.literal('severity'), severity: z.string().optional(), ...matcher }),
  /** Any properties of the answer, as they are to be. */
  z.strictObject({ kind: z.literal('answer'), properties: z.record(z.string(), z.json()), ...matcher }),
  // What becomes of a request within a batch.
  /**
   * `errored`, `canceled` and `expired` are not paid. `missing`: its line is not there; `duplicated`: it is there
   * twice; `renamed`: under a custom_id that nobody sent; `garbled`: its line is no JSON.
   */
  z.strictObject({
    kind: z.literal('item'),
    outcome: z.enum(['errored', 'canceled', 'expired', 'missing', 'duplicated', 'renamed', 'garbled']),
    /** Of an errored one. Default `api_error`. */
    type: z.enum(errorTypes).optional(),
    ...matcher,
  }),
]);

/** A switch as data. */
export type Switch = z.infer<typeof switchSchema>;

/** A switch of one kind. */
export type SwitchOf<Kind extends Switch['kind']> = Extract<Switch, { readonly kind: Kind }>;
