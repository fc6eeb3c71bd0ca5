import { openApiDocument } from '#functions/admin-api/http/openapi.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Record<string, unknown>;
};
type Content = Record<string, { readonly schema: Record<string, unknown>; readonly example: unknown }>;
type Response = { readonly $ref?: string; readonly description?: string; readonly content?: Content };

/** An operation of the OpenAPI document, as far as tests look into it. */
type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly 'x-governance-level': string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Record<string, Response>;
};

export type Document = {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly responses: Record<string, Response>;
    readonly schemas: Record<string, object>;
  };
};

/** One line of every table-driven test: an operation with its example request. */
export type Line = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The path with the examples of its parameters, and of those in the query that are required. */
  readonly url: string;
  readonly body: unknown;
  readonly level: string;
  readonly operation: Operation;
};

export const document = openApiDocument(routeTable) as unknown as Document;

/** Every operation of the document. */
export const operations: readonly Line[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([verb, operation]): Line => {
    const method = verb.toUpperCase();
    return {
      name: `${method} ${path}`,
      method,
      path,
      url:
        path.replace(/\{(\w+)\}/g, (_all, name) => exampleOfParameter(operation, name)) + queryOf(operation),
      body: operation.requestBody?.content['application/json']?.example,
      level: operation['x-governance-level'],
      operation,
    };
  }),
);

/** The example of a parameter, as an address has it. */
function exampleOfParameter({ parameters }: Operation, name: string): string {
  const { examples } = parameters.find((parameter) => parameter.name === name)!.schema;
  return encodeURIComponent(String((examples as unknown[])[0]));
}

function queryOf(operation: Operation): string {
  const pairs = operation.parameters
    .filter(({ in: where, required }) => where === 'query' && required)
    .map(({ name }) => `${name}=${exampleOfParameter(operation, name)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
