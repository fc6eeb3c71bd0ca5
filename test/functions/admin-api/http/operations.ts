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
  /** The path with the examples of its parameters. */
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
      url: path.replace(/\{(\w+)\}/g, (_all, name) =>
        encodeURIComponent(exampleOfParameter(operation, name)),
      ),
      body: operation.requestBody?.content['application/json']?.example,
      level: operation['x-governance-level'],
      operation,
    };
  }),
);

function exampleOfParameter({ parameters }: Operation, name: string): string {
  const { examples } = parameters.find((parameter) => parameter.name === name)!.schema;
  return String((examples as unknown[])[0]);
}
