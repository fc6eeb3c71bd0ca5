/** The categories of a catalogue, with counts that follow its skills. */
import {
  type Announcement,
  type CategoryInput,
  isoTime,
  type WireCategory,
} from '#local/marketplace/http/wire.ts';

/** The category side of a catalogue. */
export type Categories = {
  list(): WireCategory[];
  upsert(category: CategoryInput, options?: { quiet?: boolean }): WireCategory;
  remove(name: string): boolean;
  /** One skill left the category `from` and joined `to`; a category that is new is created. */
  recount(from: string | undefined, to: string | undefined): void;
  /** Broadcasts the present state of those of the names that are categories. */
  announce(names: readonly (string | undefined)[]): void;
};

/** Makes the category list; new ones are dated by `now`. */
export function createCategories(options: {
  categories: Iterable<CategoryInput>;
  now: () => number;
  announce: (announcement: Announcement) => void;
}): Categories {
  const byName = new Map<string, Required<CategoryInput>>();
  const counts = new Map<string, number>();

  const add = (category: CategoryInput): Required<CategoryInput> => {
    const known = byName.get(category.name);
    const blank = { description: '', icon_url: '', created_at: known?.created_at ?? isoTime(options.now()) };
    const merged = { ...blank, ...known, ...category };
    byName.set(category.name, merged);
    return merged;
  };

  const view = (category: Required<CategoryInput>): WireCategory => ({
    ...category,
    skill_count: counts.get(category.name) ?? 0,
  });

  const announce = (names: readonly (string | undefined)[]) => {
    for (const name of names) {
      const category = name === undefined ? undefined : byName.get(name);
      if (category) options.announce({ type: 'category_update', json: JSON.stringify(view(category)) });
    }
  };

  for (const category of options.categories) add(category);

  return {
    announce,
    list: () => [...byName.values()].map(view),
    upsert: (category, change) => {
      const merged = add(category);
      if (!change?.quiet) announce([category.name]);
      return view(merged);
    },
    remove: (name) => byName.delete(name),
    recount: (from, to) => {
      if (from !== undefined) counts.set(from, (counts.get(from) ?? 0) - 1);
      if (to === undefined) return;
      counts.set(to, (counts.get(to) ?? 0) + 1);
      if (to !== '' && !byName.has(to)) add({ name: to });
    },
  };
}
