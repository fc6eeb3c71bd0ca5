import * as z from 'zod';
import { failure, gatewayFailure } from '#functions/admin-api/present/wire-schemas.ts';
import { Level } from './governance.ts';
import { exampleOf, type JsonSchema } from './openapi-example.ts';
import type { ResponseSchema, Route } from './route.ts';

const DESCRIPTION = `Steers atom-sync and reads its cache.

Every failure has \`success: false\`, an \`error\` for programs and a \`message\` for people. Unknown addresses \
answer 404 \`not_found\`, other methods 405 \`method_not_allowed\` with \`Allow\`, \`OPTIONS\` 204 without a body. \
Deployed, API Gateway itself refuses before the API is asked: a missing or bad token, and calls beyond the throttle. Its \
answers have a \`message\` and nothing else. A query parameter that an operation \
does not have, or that is given twice, is refused; so is a body above 256 KB or nested deeper than 64 levels. Lengths in \
bytes are of UTF-8, and \`maxLength\` is the most that ASCII can have of them. Lists are paged: give \
\`next_cursor\` as \`cursor\` to go on. Each operation's governance level is in \`x-governance-level\`.`;

/** What every route can answer, by status: the code of the example, and what it means. */
const COMMON: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['validation_failed', 'The request is not valid (limit). See details for every fault.'],
  401: ['unauthorized', 'Send a token: Authorization: Bearer <token>.'],
  403: [
    'insufficient_maturity',
    'This needs the governance level AUTONOMOUS or a higher one; your token has the level INTERN.',
  ],
  413: ['payload_too_large', 'The body is larger than 256 KB. Send less at once.'],
  429: ['too_many_requests', 'Too many requests; try again in 6 s.'],
  500: [
    'internal_error',
    'Something went wrong on our side. The log has it under the correlation id JKJaXmPLvHcESHA=.',
  ],
  503: ['storage_unavailable', 'The table does not answer. Try again in a few seconds.'],
};
const WITH_TOKEN_ONLY = new Set(['401', '403']);

/** What API Gateway says by itself, where it answers in place of the API. Nobody can change it. */
const GATEWAY_MESSAGES: Readonly<Record<string, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * The OpenAPI 3.1 document of a route table, made of the schemas that validate. A route needs nothing but its
 * definition to be in it.
 */
export function openApiDocument(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'atom-sync',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document was got from.' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: {
        Failure: jsonSchema(failure, 'output'),
        GatewayFailure: jsonSchema(gatewayFailure, 'output'),
      },
      responses: Object.fromEntries(
        Object.entries(COMMON).map(([status, text]) => [status, commonResponse(status, text)]),
      ),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            `The governance level is the highest of ${Object.values(Level).join(' < ')}, for people in the claim that ` +
            '`ATOM_SYNC_JWT_LEVELS_CLAIM` names (`cognito:groups`), for machines in the scopes `atom-sync/<level>`.',
        },
      },
    },
  };
}

function operation(route: Route): JsonSchema {
  const { operationId, summary, description, tag, level, body } = route;
  return {
    operationId,
    summary,
    ...(description && { description }),
    tags: [tag],
    'x-governance-level': level,
    ...(level === 'public' && { security: [] }),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...parameters(route.headers, 'header'),
    ],
    ...(body && { requestBody: requestBody(body) }),
    responses: responses(route),
  };
}

/** What OpenAPI tells in another way: by the content types of the answers. */
const TOLD_OTHERWISE = new Set(['accept']);

function parameters(schemas: z.ZodObject, where: 'path' | 'query' | 'header'): JsonSchema[] {
  const shown = Object.entries(schemas.shape).filter(([name]) => !TOLD_OTHERWISE.has(name));
  return shown.map(([name, schema]) => {
    const { description, ...json } = jsonSchema(schema as z.ZodType, 'output');
    const required = where === 'path' || !(schema as z.ZodType).safeParse(undefined).success;
    return { name, in: where, required, ...(description !== undefined && { description }), schema: json };
  });
}

function requestBody(body: z.ZodType): JsonSchema {
  const schema = jsonSchema(body, 'input');
  const required = !body.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema, example: exampleOf(schema) } } };
}

function responses({ level, responses }: Route): JsonSchema {
  const own = Object.entries(responses).map(([status, response]) => [status, ownResponse(response)]);
  const common = Object.keys(COMMON)
    .filter((status) => level !== 'public' || !WITH_TOKEN_ONLY.has(status))
    .map((status) => [status, { $ref: `#/components/responses/${status}` }]);
  return Object.fromEntries([...common, ...own]);
}

function ownResponse({
  description,
  schema,
  contentType = 'application/json',
  example,
  asText,
}: ResponseSchema): JsonSchema {
  const json = schema === failure ? FAILURE : jsonSchema(schema, 'output');
  const body = example ?? (isFailure(schema) ? failureExample(description, json) : exampleOf(json));
  const text = asText && { [asText.contentType]: { schema: { type: 'string' }, example: asText.example } };
  return { description, content: { [contentType]: { schema: json, example: body }, ...text } };
}

const FAILURE: JsonSchema = { $ref: '#/components/schemas/Failure' };
const GATEWAY_FAILURE: JsonSchema = { $ref: '#/components/schemas/GatewayFailure' };

function commonResponse(status: string, [error, message]: readonly [string, string]): JsonSchema {
  const example = { success: false, error, message };
  const said = GATEWAY_MESSAGES[status];
  const schema = said === undefined ? FAILURE : { anyOf: [FAILURE, GATEWAY_FAILURE] };
  const byGateway =
    said === undefined ? '' : `, or by API Gateway itself \`${JSON.stringify({ message: said })}\``;
  return { description: `\`${error}\`${byGateway}`, content: { 'application/json': { schema, example } } };
}

function isFailure(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject && schema.shape.success === failure.shape.success;
}

/** The first code that a description names stands for all of them, with every further field that is required. */
function failureExample(description: string, json: JsonSchema): JsonSchema {
  const [, error = 'failed', text = description] = /^`(\w+)`(?:: (.*))?/.exec(description) ?? [];
  const { properties = {}, required = [] } = json as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const further = required
    .filter((name) => !(name in failure.shape))
    .map((name) => [name, exampleOf(properties[name] ?? {})]);
  return { success: false, error, message: text.replaceAll('`', ''), ...Object.fromEntries(further) };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const options = { io, unrepresentable: 'any', override: simplify } as const;
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, options);
  return json;
}

/** Leaves out what says nothing more: the pattern beside a format, and the bounds of safe integers. */
function simplify({ jsonSchema: json }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (json.format !== undefined) delete json.pattern;
  // Of an answer everything is: it says how our code holds the value, not what the value may be.
  delete json.readOnly;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}
