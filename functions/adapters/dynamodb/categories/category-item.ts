import { fromEpochSeconds, toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import type { PartitionList } from '#adapters/dynamodb/table/partition-list.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { Category, CategoryVersion } from '#core/categories/category.ts';
import type { CachedCategory } from '#core/categories/category-store.ts';
import { TooLargeError } from '#core/errors.ts';
import { parseIfJson, stringify } from '#core/json/json.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { observedAtOf, type VersionKey, versionKey } from '#core/skills/version-order.ts';

/** Every category is in this partition, by name. */
export const CATEGORIES = 'CATEGORIES';

/** 400 KB less the name (twice 512 bytes at most) and the other attributes. */
const MAX_JSON_BYTES = 398 * 1_024;

/** The list of categories, in order of their names. */
export const CATEGORY_LIST: PartitionList<Category> = {
  list: 'categories',
  pk: CATEGORIES,
  filter: {},
  parse: (row) => readCategory(row)?.version.category,
};

/** A category's item. */
export type CategoryItem = Key & {
  readonly json: string;
  readonly updatedAt: string;
  readonly hash: string;
  /** See `version-order.ts`. */
  readonly rank: string;
  readonly expiresAt: number;
  readonly fence: number | undefined;
};

/** The item of a version. @throws TooLargeError */
export function categoryItem(
  version: CategoryVersion,
  observation: Observation,
  place: VersionKey = versionKey(version, observation.observedAt),
): CategoryItem {
  const json = stringify(version.category);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_JSON_BYTES) {
    throw new TooLargeError(
      `Category ${version.category.name} takes ${bytes} bytes; the table takes ${MAX_JSON_BYTES}.`,
    );
  }
  return {
    pk: CATEGORIES,
    sk: version.category.name,
    json,
    ...place,
    hash: version.hash,
    expiresAt: toEpochSeconds(observation.expiresAt),
    fence: observation.fence,
  };
}

/** The category in an item; undefined where it can't be read. */
export function readCategory(row: Row): CachedCategory | undefined {
  const { sk, json, updatedAt, hash, expiresAt } = row;
  const observedAt = observedAtOf(row.rank);
  const category = parseCategoryJson(json, sk);
  if (category === undefined || typeof updatedAt !== 'string' || typeof hash !== 'string') return undefined;
  if (observedAt === undefined || typeof expiresAt !== 'number') return undefined;
  return { version: { category, updatedAt, hash }, observedAt, expiresAt: fromEpochSeconds(expiresAt) };
}

function parseCategoryJson(json: unknown, name: unknown): Category | undefined {
  const value = parseIfJson(json);
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Category).name === name ? (value as Category) : undefined;
}
