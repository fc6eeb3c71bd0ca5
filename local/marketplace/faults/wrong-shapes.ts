/** Valid JSON of the wrong shape: everything that a client must not swallow. */
import { z } from 'zod';

const DEPTH = 5_000;
/** Stands for an object of 5,000 levels, which `JSON.stringify` itself cannot write. */
const DEEP_MARK = 'local-marketplace:deep';
const DEEP_TEXT = `${'{"deeper":'.repeat(DEPTH)}{}${'}'.repeat(DEPTH)}`;

/** Wrong shapes of a whole answer. */
const WHOLE_SHAPES = {
  null: () => null,
  array: () => [],
  string: () => 'unexpected',
  number: () => 42,
  empty_object: () => ({}),
  list_null: (body, list) => ({ ...body, [list]: null }),
  list_object: (body, list) => ({ ...body, [list]: {} }),
  list_string: (body, list) => ({ ...body, [list]: 'none' }),
  list_missing: ({ ...body }, list) => {
    delete body[list];
    return body;
  },
  list_empty: (body, list) => ({ ...body, [list]: [] }),
  total_missing: ({ total, ...body }) => body,
  total_string: (body) => ({ ...body, total: String(body.total) }),
  total_word: (body) => ({ ...body, total: 'many' }),
  total_null: (body) => ({ ...body, total: null }),
  total_negative: (body) => ({ ...body, total: -1 }),
  total_fraction: (body) => ({ ...body, total: 0.5 }),
  total_pages_missing: ({ total_pages, ...body }) => body,
  page_wrong: (body) => ({ ...body, page: Number(body.page) + 1 }),
} satisfies Record<string, (body: Record<string, unknown>, list: string) => unknown>;

/** Wrong shapes of single records within an answer that is otherwise right. */
const RECORD_SHAPES = {
  record_null: () => null,
  record_number: () => 7,
  record_string: () => 'skill',
  record_array: () => [],
  record_empty: () => ({}),
  record_no_id: ({ skill_id, id, ...record }) => record,
  record_number_id: (record) => ({ ...record, skill_id: 7, id: undefined }),
  record_empty_id: (record) => ({ ...record, skill_id: '', id: undefined }),
  record_no_name: ({ name, ...record }) => record,
  record_wrong_types: (record) => ({ ...record, name: 42, tags: 'none', metadata: [], python_packages: {} }),
  record_bad_time: (record) => ({ ...record, updated_at: 'yesterday' }),
  record_no_time: ({ updated_at, ...record }) => record,
  record_huge: (record) => ({ ...record, code: 'x'.repeat(500_000) }),
  record_deep: (record) => ({ ...record, metadata: DEEP_MARK }),
} satisfies Record<string, (record: Record<string, unknown>) => unknown>;

/** Answers to a write that was done, which say something else: a client must not take them for a confirmation. */
const WRITE_SHAPES = {
  success_false: (body) => ({ ...body, success: false, error: 'not_stored' }),
  success_string: (body) => ({ ...body, success: 'true' }),
  success_missing: ({ success, ...body }) => body,
  error_beside: (body) => ({ ...body, error: 'not_stored' }),
  skill_other: (body) => ({ ...body, skill_id: `${body.skill_id}-other` }),
  skill_missing: ({ skill_id, ...body }) => body,
  rating_other: (body) => ({ ...body, rating: (Number(body.rating) % 5) + 1 }),
  rating_missing: ({ rating, ...body }) => body,
  rating_id_other: (body) => ({ ...body, rating_id: `${body.rating_id}-other` }),
  user_other: (body) => ({ ...body, user_id: 'somebody else' }),
  comment_other: (body) => ({ ...body, comment: 'Said by somebody else.' }),
  instance_other: (body) => ({ ...body, instance_id: `${body.instance_id}-other` }),
} satisfies Record<string, (body: Record<string, unknown>) => unknown>;

type WholeShape = keyof typeof WHOLE_SHAPES;
type WriteShape = keyof typeof WRITE_SHAPES;
type RecordShape = keyof typeof RECORD_SHAPES;

/** The name of a wrong shape. `list_…` is about `skills` or `categories`, whichever the answer has. */
export type WrongShape = WholeShape | RecordShape | WriteShape;

const wholeShapes = Object.keys(WHOLE_SHAPES) as WholeShape[];
const recordShapes = Object.keys(RECORD_SHAPES) as RecordShape[];
const writeShapes = Object.keys(WRITE_SHAPES) as WriteShape[];

/** All wrong shapes of what is read, for tests that go through every one. */
export const WRONG_SHAPES: readonly WrongShape[] = [...wholeShapes, ...recordShapes];

/** Accepts the name of a wrong shape. */
export const wrongShapeSchema = z.enum([...wholeShapes, ...recordShapes, ...writeShapes]);

/**
 * Spoils a JSON answer. A record shape spoils `records` (default 1) records from place `first`
 * (default 0) on; where the answer has no list, the answer itself is the record.
 */
export function spoilShape(
  content: Buffer,
  options: { shape: WrongShape; records?: number; first?: number },
): string {
  const body = JSON.parse(content.toString() || 'null');
  return JSON.stringify(spoil(body, options)).replaceAll(`"${DEEP_MARK}"`, DEEP_TEXT);
}

function spoil(body: unknown, options: { shape: WrongShape; records?: number; first?: number }): unknown {
  const { shape } = options;
  if (isWhole(shape)) return WHOLE_SHAPES[shape]({ ...Object(body) }, listKey(body) ?? 'skills');
  if (isOfWrite(shape)) return WRITE_SHAPES[shape]({ ...Object(body) });
  return spoilRecords(body, { ...options, spoil: RECORD_SHAPES[shape] });
}

type JsonObject = Record<string, unknown>;

function spoilRecords(
  body: unknown,
  options: { spoil: (record: JsonObject) => unknown; records?: number; first?: number },
): unknown {
  const { spoil, records = 1, first = 0 } = options;
  const isHit = (index: number) => index >= first && index < first + records;
  const spoilSome = (list: unknown[]) =>
    list.map((record, index) => (isHit(index) ? spoil({ ...Object(record) }) : record));
  if (Array.isArray(body)) return spoilSome(body);
  const whole: JsonObject = { ...Object(body) };
  const key = listKey(body);
  const list = key && whole[key];
  return key && Array.isArray(list) ? { ...whole, [key]: spoilSome(list) } : spoil(whole);
}

function isWhole(shape: WrongShape): shape is WholeShape {
  return shape in WHOLE_SHAPES;
}

function isOfWrite(shape: WrongShape): shape is WriteShape {
  return shape in WRITE_SHAPES;
}

function listKey(body: unknown): 'skills' | 'categories' | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('skills' in body) return 'skills';
  return 'categories' in body ? 'categories' : undefined;
}
