/** An answer that fits a schema: each property from the analysis of its name, or as near as its type allows. */
import { isRecord } from '#local/claude/http/wire.ts';
import type { Analysis } from './analyse-ticket.ts';
import { chooseArea } from './choose-area.ts';
import { plain } from './lexicon.ts';
import { asStatement, chiefSentence, clip } from './sentences.ts';

type Schema = Record<string, unknown>;
type Filling = {
  readonly analysis: Analysis;
  readonly definitions: Schema;
  /** The operator's own text, where product areas may be defined. */
  readonly instructions: string;
  /** Values that stand for the analysis's own. */
  readonly known: Readonly<Record<string, unknown>>;
};

const DEFAULT_LENGTH = 300;
const MAX_ITEMS = 3;
const UNDECIDED = ['other', 'unknown', 'none', 'neutral', 'general', 'medium', 'low'];
const LENGTH_LIMIT =
  /max(?:imum)?\s*length\W{0,4}(\d+)|(?:at most|max(?:imum)?|up to|≤|<=)\s*(\d+)\s*(?:characters|chars)/i;

/** Fills a schema. @param instructions the system prompt */
export function fillSchema(
  schema: Schema,
  analysis: Analysis,
  instructions: string,
  overrides: Readonly<Record<string, unknown>> = {},
): unknown {
  const definitions = { ...partOf(schema.definitions), ...partOf(schema.$defs) };
  const { topics, plainText, ticket, ...fields } = analysis;
  return fill(schema, '', { analysis, definitions, instructions, known: { ...fields, ...overrides } });
}

function fill(schema: Schema, name: string, filling: Filling, given?: unknown): unknown {
  const target = resolve(schema, filling);
  const wanted = given === undefined && Object.hasOwn(filling.known, name) ? filling.known[name] : given;
  if ('const' in target) return target.const;
  if (Array.isArray(target.anyOf)) return fillUnion(target.anyOf.filter(isRecord), name, filling, wanted);
  if (Array.isArray(target.enum)) return fillEnum(target, name, filling, wanted);
  return fillTyped(target, name, filling, wanted);
}

function fillTyped(target: Schema, name: string, filling: Filling, wanted: unknown): unknown {
  const types = [target.type].flat();
  const isNull = wanted === null || (wanted === undefined && isOptionalText(name));
  const type = types.includes('null') && isNull ? 'null' : types.find((one) => one !== 'null');
  switch (type) {
    case 'object':
      return fillObject(target, filling, wanted);
    case 'array':
      return fillArray(target, name, filling, wanted);
    case 'boolean':
      return wanted === true;
    case 'integer':
    case 'number':
      return typeof wanted === 'number' ? wanted : 0;
    case 'string':
      return fillString(target, name, filling, wanted);
    default:
      return null;
  }
}

function resolve(schema: Schema, { definitions }: Filling): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  const referred = name === undefined ? undefined : definitions[name];
  const target = isRecord(referred) ? referred : schema;
  if (!Array.isArray(target.allOf)) return target;
  return Object.assign({}, ...target.allOf.filter(isRecord), target, { allOf: undefined });
}

/** Null where the analysis says nothing, else the first branch that is something. */
function fillUnion(branches: readonly Schema[], name: string, filling: Filling, wanted: unknown): unknown {
  const isNull = (branch: Schema) => branch.type === 'null' || branch.const === null;
  const isNullable = branches.some(isNull);
  if (isNullable && (wanted === null || (wanted === undefined && isOptionalText(name)))) return null;
  const branch = branches.find((one) => !isNull(one));
  return branch === undefined ? null : fill(branch, name, filling, wanted);
}

/** A text that the rules know nothing of; better none than an invented one. */
function isOptionalText(name: string): boolean {
  return /guess|hint|note|comment|reason|steps|workaround|url/.test(name);
}

function fillEnum(
  schema: Schema,
  name: string,
  { analysis, instructions }: Filling,
  wanted: unknown,
): unknown {
  const values = (schema.enum as unknown[]).filter((value) => typeof value === 'string');
  const same = values.find((value) => typeof wanted === 'string' && asKey(value) === asKey(wanted));
  if (same !== undefined) return same;
  if ((schema.enum as unknown[]).includes(null) && wanted === null) return null;
  if (name === 'language')
    return values.find((value) => value.startsWith(analysis.language)) ?? fallback(values);
  const description = typeof schema.description === 'string' ? schema.description : '';
  const area = chooseArea(values, analysis, `${instructions}\n${description}`);
  return area ?? fallback(values) ?? (schema.enum as unknown[])[0];
}

function fallback(values: readonly string[]): string | undefined {
  return UNDECIDED.map((word) => values.find((value) => asKey(value) === word)).find(Boolean) ?? values[0];
}

function asKey(value: string): string {
  return plain(value).replace(/[^a-z0-9]+/g, '_');
}

function fillObject(schema: Schema, filling: Filling, given: unknown): Schema {
  const values = partOf(given);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const names = Object.keys(partOf(schema.properties));
  // The API puts required properties first.
  const ordered = [
    ...names.filter((name) => required.includes(name)),
    ...names.filter((name) => !required.includes(name)),
  ];
  const properties = partOf(schema.properties);
  return Object.fromEntries(
    ordered.map((name) => [name, fill(partOf(properties[name]), name, filling, values[name])]),
  );
}

function fillArray(schema: Schema, name: string, filling: Filling, wanted: unknown): unknown[] {
  const items = partOf(schema.items);
  const values = Array.isArray(wanted) ? wanted : [];
  const filled = values.slice(0, MAX_ITEMS).map((value) => fill(items, name, filling, value));
  if (filled.length === 0 && schema.minItems === 1) filled.push(fill(items, name, filling));
  return filled;
}

function fillString(schema: Schema, name: string, { analysis }: Filling, wanted: unknown): string {
  const limit = lengthLimit(schema);
  if (schema.format === 'date-time') return '1970-01-01T00:00:00Z';
  if (typeof wanted === 'string') return clip(wanted, limit);
  if (/title|label|name/.test(name)) return clip(asStatement(analysis.statement), Math.min(limit, 80));
  return clip(asStatement(chiefSentence(analysis.ticket)) || analysis.statement, limit);
}

/** The length that the description asks for: the grammar itself knows none. */
function lengthLimit(schema: Schema): number {
  const match = typeof schema.description === 'string' ? LENGTH_LIMIT.exec(schema.description) : null;
  return Number(match?.[1] ?? match?.[2] ?? DEFAULT_LENGTH);
}

function partOf(value: unknown): Schema {
  return isRecord(value) ? value : {};
}
