import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { deleteItem, getItem, putItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import { partitionPages } from '#adapters/dynamodb/table/query.ts';
import { reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { conditionOver, KEEP_FENCE, storedVersion } from '#adapters/dynamodb/table/version-condition.ts';
import type { CategoryVersion } from '#core/categories/category.ts';
import type { CachedCategory, CategoryReader, CategoryStore } from '#core/categories/category-store.ts';
import { StorageError } from '#core/errors.ts';
import type { Observation, PutOutcome } from '#core/skills/version-order.ts';
import {
  compareVersions,
  type IncomingVersion,
  incomingVersion,
  joinRank,
  replacingKey,
  type StoredVersion,
} from '#core/skills/version-order.ts';
import { CATEGORIES, CATEGORY_LIST, categoryItem, readCategory } from './category-item.ts';

const MAX_TRIES = 5;
const MAX_READS = 20;

/**
 * The cached categories in DynamoDB. They stand in the same order as skills, but leave no tombstone: the whole
 * list comes in one answer, so there is no older page under way that could bring one back, and a category
 * that the feed brings back wrongly goes with the next sync.
 */
export function createCategoryStore(table: Table): CategoryStore {
  return {
    all: () => readAll(table),
    put: (version, observation) => put(table, version, observation),
    remove: (category) => remove(table, category),
  };
}

/** The cached categories as agents read them, in order of their names. An expired one is absent. */
export function createCategoryReader(table: Table): CategoryReader {
  return {
    list: (limit, cursor, now) =>
      fillPage(partitionSource(table, CATEGORY_LIST, now), limit, cursor, MAX_READS),
  };
}

async function readAll(table: Table): Promise<CachedCategory[]> {
  const categories: CachedCategory[] = [];
  for await (const rows of partitionPages(table, CATEGORIES)) {
    for (const row of rows) {
      const category = readCategory(row);
      if (category) categories.push(category);
      else reportUnreadable(table.log, row, 'no category');
    }
  }
  return categories;
}

async function put(table: Table, version: CategoryVersion, observation: Observation): Promise<PutOutcome> {
  const arrival = incomingVersion(version, observation);
  let stored: StoredVersion | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await putIf(table, version, arrival, stored)) return 'written';
    stored = await readStored(table, version.category.name);
    const outcome = compareVersions(stored, arrival);
    if (outcome !== 'written') return outcome;
  }
  throw new StorageError(
    `Category ${version.category.name} was changed by others ${MAX_TRIES} times in a row`,
  );
}

/** False: the condition does not hold. A writer without a fence updates, so that the stored one stays. */
async function putIf(
  table: Table,
  version: CategoryVersion,
  arrival: IncomingVersion,
  stored: StoredVersion | undefined,
): Promise<boolean> {
  const { fence } = arrival.observation;
  const item = categoryItem(version, arrival.observation, replacingKey(stored, arrival));
  const condition = conditionOver(stored, arrival);
  if (fence !== undefined) return putItem(table, item, condition);
  const { pk: _pk, sk: _sk, ...attributes } = item;
  return (await updateItem(table, item, { set: attributes, ...KEEP_FENCE }, condition)) !== undefined;
}

/** True when it is gone, whoever removed it. False when it was written anew since it was read. */
async function remove(table: Table, { version, observedAt }: CachedCategory): Promise<boolean> {
  const condition = {
    text: 'attribute_not_exists(#pk) OR #rank = :rank_',
    names: namesOf(['pk', 'rank']),
    values: { ':rank_': joinRank(version, observedAt) },
  };
  return deleteItem(table, { pk: CATEGORIES, sk: version.category.name }, condition);
}

async function readStored(table: Table, name: string) {
  const row = await getItem(table, { pk: CATEGORIES, sk: name });
  return row === undefined ? undefined : storedVersion(row);
}
