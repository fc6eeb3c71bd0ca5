import * as z from 'zod';
import { contentHash } from '#core/json/content-hash.ts';
import { MAX_ID_BYTES, numbersByName, wireCount } from '#core/marketplace/wire-fields.ts';
import { explain, type ParsedRecord, readableId, refuseFaulty, withIdFrom } from '#core/skills/skill.ts';
import { BEGINNING_OF_TIME, type Instant, inUtc, parseInstant } from '#core/time/instant.ts';

/** A category as the marketplace describes it; `name` is its id. */
export type Category = {
  readonly name: string;
  readonly description?: string | null;
  readonly skill_count?: number | null;
  readonly icon_url?: string | null;
  /** Kept as it came where it is no time: nothing goes by it. */
  readonly created_at?: unknown;
  readonly [field: string]: unknown;
};

/** One version of a category. The wire gives categories no `updated_at`, so its hash and when it was seen decide. */
export type CategoryVersion = {
  readonly category: Category;
  readonly updatedAt: Instant;
  readonly hash: string;
};

const wireCategory = z.looseObject({
  name: z
    .string()
    .refine((name) => name.trim() !== '', 'must not be empty')
    .refine((name) => Buffer.byteLength(name) <= MAX_ID_BYTES, `must not exceed ${MAX_ID_BYTES} bytes`)
    .refine((name) => name.isWellFormed(), 'must be well-formed unicode'),
  description: z.string().nullish(),
  skill_count: wireCount.nullish(),
  icon_url: z.string().nullish(),
  created_at: z.unknown().optional(),
  updated_at: z.string().nullish(),
});

/** Reads one category record off the wire. Only `name` (or `category`) is required. */
export function parseCategory(raw: unknown): ParsedRecord<CategoryVersion> {
  const record = withIdFrom(raw, 'name', 'category');
  const fault = refuseFaulty(record, 'name');
  if (fault) return fault;
  const parsed = wireCategory.safeParse(record, { error: numbersByName });
  if (!parsed.success) return { ok: false, id: readableId(record, 'name'), reason: explain(parsed.error) };
  const { created_at, updated_at, ...rest } = parsed.data;
  const category: Category = {
    ...rest,
    ...(created_at === undefined ? {} : { created_at: inUtc(created_at) }),
    ...(updated_at === undefined ? {} : { updated_at: inUtc(updated_at) }),
  };
  const value: CategoryVersion = {
    category,
    updatedAt: (updated_at && parseInstant(updated_at)) || BEGINNING_OF_TIME,
    hash: contentHash(category),
  };
  return { ok: true, id: category.name, value };
}
