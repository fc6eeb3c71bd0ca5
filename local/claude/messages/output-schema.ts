/** Which JSON schemas the API takes as a format for its answers. */
import { invalid, type Problem } from '#local/claude/http/api-error.ts';
import { isRecord } from '#local/claude/http/wire.ts';

const MAX_OPTIONAL = 24;
const MAX_UNIONS = 16;
/** Past so many parts the grammar takes too long to make. */
const MAX_NODES = 500;
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];
/** What the grammar does not know, by type. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength'],
  array: ['maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'prefixItems'],
  object: ['patternProperties', 'propertyNames', 'minProperties', 'maxProperties', 'dependentRequired'],
  any: ['not', 'if', 'then', 'else', 'oneOf', 'dependentSchemas', 'unevaluatedProperties'],
};
/** Look-around, back-references, word boundaries: no regular expression in the strict sense. */
const NOT_SIMPLE = /\(\?[=!<]|\\[1-9bB]/;

type Counts = { optional: number; unions: number; nodes: number };
type Walk = {
  readonly counts: Counts;
  readonly definitions: Record<string, unknown>;
  readonly open: readonly string[];
};

/** What the API has against a schema; undefined where it takes it. */
export function schemaProblem(schema: Record<string, unknown>): Problem | undefined {
  const counts: Counts = { optional: 0, unions: 0, nodes: 0 };
  const definitions = { ...record(schema.definitions), ...record(schema.$defs) };
  const wrong = wrongIn(schema, { counts, definitions, open: [] });
  if (wrong !== undefined) return invalid(`output_config.format.schema: ${wrong}`);
  if (counts.nodes > MAX_NODES) return invalid('Schema is too complex for compilation.');
  if (counts.optional > MAX_OPTIONAL) {
    return invalid(
      `Schemas contains too many optional parameters (${counts.optional}), which would make grammar compilation inefficient. Reduce the number of optional parameters (limit: ${MAX_OPTIONAL}).`,
    );
  }
  if (counts.unions > MAX_UNIONS) {
    return invalid(
      `Schemas contains too many parameters with union types (${counts.unions} parameters with type arrays or anyOf). Reduce the number (limit: ${MAX_UNIONS}).`,
    );
  }
  return undefined;
}

function wrongIn(schema: unknown, walk: Walk): string | undefined {
  if (!isRecord(schema)) return 'every schema must be an object';
  walk.counts.nodes += 1;
  if (walk.counts.nodes > MAX_NODES) return undefined;
  if (typeof schema.$ref === 'string') return wrongInReference(schema.$ref, walk);
  const types = [schema.type].flat().filter((type) => typeof type === 'string');
  if (types.length > 1 || Array.isArray(schema.anyOf)) walk.counts.unions += 1;
  return wrongKeyword(schema, types) ?? wrongInObject(schema, types, walk) ?? wrongInParts(schema, walk);
}

function wrongKeyword(schema: Record<string, unknown>, types: readonly string[]): string | undefined {
  for (const [type, keywords] of Object.entries(UNSUPPORTED)) {
    const found = keywords.find((keyword) => keyword in schema);
    if (found !== undefined) return `For '${types[0] ?? type}' type, property '${found}' is not supported`;
  }
  const { minItems, pattern, format } = schema;
  if (typeof minItems === 'number' && minItems > 1)
    return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
  if (typeof pattern === 'string' && NOT_SIMPLE.test(pattern))
    return `For 'string' type, the pattern ${JSON.stringify(pattern)} is not supported`;
  if (typeof format === 'string' && !FORMATS.includes(format))
    return `For 'string' type, the format '${format}' is not supported`;
  const isOpen = ['type', 'anyOf', 'allOf', 'enum', 'const'].every((key) => !(key in schema));
  return isOpen ? "every schema needs a 'type', 'anyOf', 'allOf', 'enum', 'const' or '$ref'" : undefined;
}

function wrongInObject(
  schema: Record<string, unknown>,
  types: readonly string[],
  walk: Walk,
): string | undefined {
  if (!types.includes('object')) return undefined;
  if (schema.additionalProperties !== false)
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  const properties = Object.keys(record(schema.properties));
  const required = Array.isArray(schema.required) ? schema.required : [];
  const unknown = required.find((name) => !properties.includes(name));
  if (unknown !== undefined) return `'${unknown}' is required but is not among the properties`;
  walk.counts.optional += properties.filter((name) => !required.includes(name)).length;
  return undefined;
}

function wrongInParts(schema: Record<string, unknown>, walk: Walk): string | undefined {
  const parts = [
    ...Object.values(record(schema.properties)),
    ...('items' in schema ? [schema.items] : []),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf : []),
    ...(Array.isArray(schema.allOf) ? schema.allOf : []),
  ];
  for (const part of parts) {
    const wrong = wrongIn(part, walk);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongInReference(reference: string, walk: Walk): string | undefined {
  const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference)?.[1];
  if (name === undefined) return `the reference '${reference}' is not supported`;
  if (walk.open.includes(name)) return `the schema is recursive at '${reference}', which is not supported`;
  if (!(name in walk.definitions)) return `the reference '${reference}' leads nowhere`;
  return wrongIn(walk.definitions[name], { ...walk, open: [...walk.open, name] });
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
