import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import { storedVersion } from '#adapters/dynamodb/table/version-condition.ts';
import type { CachedCategory, CategoryReader, CategoryStore } from '#core/categories/category-store.ts';
import {
  compareVersions,
  fenceAfter,
  incomingVersion,
  joinRank,
  replacingKey,
} from '#core/skills/version-order.ts';
import { CATEGORY_LIST, type CategoryItem, categoryItem, readCategory } from './category-item.ts';

/** The items of categories by name. */
export type MemoryCategories = { readonly categories: Map<string, CategoryItem> };

/** The in-memory fake of `createCategoryStore`. */
export function createMemoryCategoryStore({ categories }: MemoryCategories): CategoryStore {
  return {
    all: async () => readAll(categories),
    async put(version, observation) {
      const arrival = incomingVersion(version, observation);
      const row = categories.get(version.category.name);
      const stored = row && storedVersion(row);
      const item = categoryItem(version, observation, replacingKey(stored, arrival));
      const outcome = compareVersions(stored, arrival);
      if (outcome !== 'written') return outcome;
      categories.set(item.sk, { ...item, fence: fenceAfter(stored, observation.fence) });
      return 'written';
    },
    async remove({ version, observedAt }) {
      const stored = categories.get(version.category.name);
      if (stored && stored.rank !== joinRank(version, observedAt)) return false;
      categories.delete(version.category.name);
      return true;
    },
  };
}

/** The in-memory fake of `createCategoryReader`. */
export function createMemoryCategoryReader({ categories }: MemoryCategories): CategoryReader {
  return {
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(categories.values(), CATEGORY_LIST, now), limit, cursor, 1),
  };
}

function readAll(categories: MemoryCategories['categories']): CachedCategory[] {
  const items = [...categories.values()].sort((a, b) => compareUtf8(a.sk, b.sk));
  return items.flatMap((item) => readCategory(item) ?? []);
}
