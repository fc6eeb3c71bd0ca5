import * as z from 'zod';
import type { Services } from '#functions/admin-api/ports.ts';
import type { Caller, RouteLevel } from './governance.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route answers. Errors are thrown as `ApiError`, not answered. */
export type RouteResponse = {
  readonly status: number;
  /** Text is sent as it is, with the `content-type` among the headers; so are bytes, which are text in UTF-8. */
  readonly body: Readonly<Record<string, unknown>> | readonly unknown[] | string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One documented answer. The schema tells its shape; tests hold the real answers against it. */
export type ResponseSchema = {
  readonly description: string;
  readonly schema: z.ZodType;
  /**
   * A whole body, for the OpenAPI document.
   * @default - made of the examples in the schema
   */
  readonly example?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /**
   * The same answer as text, for callers whose `Accept` prefers it.
   * @default - there is none
   */
  readonly asText?: { readonly contentType: string; readonly example: string };
};

/** The parts of a request that schemas validate. */
export type RawInput = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

type RouteInput<Query, Params, Body, Headers> = {
  readonly query: Query;
  readonly params: Params;
  readonly body: Body;
  readonly headers: Headers;
  /** Undefined on a public route. */
  readonly caller: Caller | undefined;
};

/** What every route tells about itself: enough for the router and for the OpenAPI document. */
type RouteFacts = {
  readonly method: Method;
  /** With parameters in braces: `/api/skills/{id}`. */
  readonly path: `/${string}`;
  readonly level: RouteLevel;
  /** Unique; the OpenAPI operation's id. */
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  /** What needs more than the summary says. */
  readonly description?: string;
  /** True for what starts work on request: API Gateway lets it through ten times a minute. */
  readonly manualTrigger?: true;
  /** By status. What every route can answer (401, 403, 405, 500…) is not repeated here. */
  readonly responses: Readonly<Record<number, ResponseSchema>>;
};

/** A route of the table, whatever its types are. */
export type Route = RouteFacts & {
  readonly query: z.ZodObject;
  readonly params: z.ZodObject;
  /** Those that are looked at, by their names in lower case. */
  readonly headers: z.ZodObject;
  /** Undefined where a body is not looked at. */
  readonly body: z.ZodType | undefined;
  readonly handle: (
    input: RouteInput<unknown, unknown, unknown, unknown>,
    services: Services,
  ) => Promise<RouteResponse>;
};

type NoFields = z.ZodObject<Record<never, never>>;
const noFields: NoFields = z.strictObject({});

/** A route with the types that its schemas give its handler. Unknown query parameters are always refused. */
export type RouteDefinition<
  Q extends z.ZodObject,
  P extends z.ZodObject,
  B extends z.ZodType,
  H extends z.ZodObject,
> = RouteFacts & {
  /** @default - no query parameters */
  readonly query?: Q;
  /** @default - no path parameters */
  readonly params?: P;
  /** @default - whatever is sent is ignored */
  readonly body?: B;
  /** @default - none is looked at */
  readonly headers?: H;
  handle(
    input: RouteInput<z.output<Q>, z.output<P>, z.output<B>, z.output<H>>,
    services: Services,
  ): Promise<RouteResponse>;
};

/**
 * Declares a route. The level stands beside the path, so that none is ever without one.
 *
 * @example
 * defineRoute({
 *   method: 'GET', path: '/api/skills/{id}', level: Level.student, operationId: 'getSkill', …
 *   params: z.strictObject({ id: z.string() }),
 *   handle: async ({ params }, { skills, now }) => ({ status: 200, body: … }),
 * })
 */
export function defineRoute<
  Q extends z.ZodObject = NoFields,
  P extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUnknown,
  H extends z.ZodObject = NoFields,
>(definition: RouteDefinition<Q, P, B, H>): Route {
  return {
    ...definition,
    query: definition.query ?? noFields,
    params: definition.params ?? noFields,
    headers: definition.headers ?? noFields,
    body: definition.body,
    // Sound because `validateInput` gives a route only what its own schemas put out.
    handle: (input, services) =>
      definition.handle(input as RouteInput<z.output<Q>, z.output<P>, z.output<B>, z.output<H>>, services),
  };
}
