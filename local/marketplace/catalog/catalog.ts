/**
 * The marketplace's skills and categories in memory. Skills are kept as serialized UTF-8, outside the
 * JavaScript heap: a page of 100 is one copy of bytes, and 100,000 skills of 2 KB cost 220 MB
 * and no garbage-collection time. The price is a `JSON.parse` for each `get`.
 */
import { parse as parseJson } from '#core/json/json.ts';
import {
  type Announcement,
  type CategoryInput,
  isoTime,
  type SkillPatch,
  type WireCategory,
  type WireSkill,
} from '#local/marketplace/http/wire.ts';
import { type Categories, createCategories } from './categories.ts';
import { hashContent } from './generate-catalog.ts';

/** How a change is made known. */
export type ChangeOptions = {
  /** True: no frame is broadcast, so that only polling finds the change. Default false. */
  readonly quiet?: boolean;
};

/** Which skills of the listing are wanted; `page` counts from 1. */
export type PageRequest = {
  readonly page: number;
  readonly pageSize: number;
  /** Text that name, description or tags must contain, in any case. */
  readonly query?: string;
  /** Exact name of a category. */
  readonly category?: string;
};

/** Serialized skills of one page, and the number of skills in the whole (filtered) listing. */
export type CatalogPage = {
  readonly records: Buffer[];
  readonly total: number;
};

/** Everything that can be seen and done in the marketplace's catalogue; all changes act at once. */
export type Catalog = {
  readonly size: number;
  has(skillId: string): boolean;
  /** The skill as stored. A record that was put in broken comes out broken, whatever the type says. */
  get(skillId: string): WireSkill | undefined;
  /** The serialized skill as it is served. */
  serialized(skillId: string): Buffer | undefined;
  /** Ids in listing order. */
  ids(): string[];
  /** All skills in listing order. Parses every one: 60 ms for 5,000. */
  listing(): WireSkill[];
  page(request: PageRequest): CatalogPage;
  /**
   * Adds or changes a skill. Fields that are not given keep their value (or get a default, in a new
   * skill); `updated_at`, unless given, becomes now, and always later than before. New skills go to
   * the end of the listing, or to `index`.
   */
  upsertSkill(patch: SkillPatch, options?: ChangeOptions & { index?: number }): WireSkill;
  /** Puts a record in exactly as it is, however broken; it needs nothing but a `skill_id`. */
  putRecord(record: SkillPatch, options?: ChangeOptions & { index?: number }): void;
  /** Makes `updated_at` later and changes nothing else. False when there is no such skill. */
  touchSkill(skillId: string, options?: ChangeOptions): boolean;
  /** Removes a skill; later ones move up, so pages shift. False when there is no such skill. */
  removeSkill(skillId: string, options?: ChangeOptions): boolean;
  /** Moves a skill to another place in the listing (0 = first). No frame: its content is the same. */
  moveSkill(skillId: string, index: number): boolean;
  /** Lists a skill a second time, at `index`; totals count it twice. Removing it removes both. */
  repeatSkill(skillId: string, index: number): boolean;
  /** Remembers the skills as they are now, in place of an earlier backup. */
  backup(): void;
  /**
   * Puts the skills back as they were at the backup, older times and all, and quietly: a database that is restored
   * sends no frames. False when there is no backup.
   */
  restore(): boolean;
  categories(): WireCategory[];
  upsertCategory(category: CategoryInput, options?: ChangeOptions): WireCategory;
  /** Removes a category from the list; skills that name it stay. No frame type exists for it. */
  removeCategory(name: string): boolean;
};

type Entry = {
  readonly id: string;
  category: string;
  updatedAtMs: number;
  json: Buffer;
  /** Lower-case text that `query` looks in; made at the first search. */
  searchText?: string;
};

/** What a catalogue is made from. */
export type CatalogOptions = {
  readonly skills: Iterable<SkillPatch>;
  readonly categories: Iterable<CategoryInput>;
  /** The key under which listings carry a skill's id. */
  readonly idField: 'skill_id' | 'id';
  readonly now: () => number;
  /** Hears of every change that is not quiet. */
  readonly announce: (announcement: Announcement) => void;
  /** Hears which skill changed or went, quietly or not, before anybody is told. */
  readonly changed?: (skillId: string) => void;
};

/** A stamp further ahead than this is no time that later changes could follow. */
const FAR_AHEAD_MS = 24 * 3_600_000;

/** Makes a catalogue. Skills given with an id that is there already replace the earlier one. */
export function createCatalog(options: CatalogOptions): Catalog {
  const entries = new Map<string, Entry>();
  const order: Entry[] = [];
  const lastChangeMs = new Map<string, number>();
  let kept: readonly Entry[] | undefined;
  const categories: Categories = createCategories(options);

  const serialize = (record: SkillPatch): Buffer => {
    if (options.idField === 'skill_id') return Buffer.from(JSON.stringify(record));
    const { skill_id, ...rest } = record;
    return Buffer.from(JSON.stringify({ id: skill_id, ...rest }));
  };

  const parse = (entry: Entry): WireSkill => {
    const record = parseJson(entry.json.toString()) as Record<string, unknown>;
    if (options.idField === 'skill_id') return record as WireSkill;
    const { id, ...rest } = record;
    return { skill_id: id, ...rest } as WireSkill;
  };

  const store = (record: SkillPatch, index = order.length): Entry => {
    const known = entries.get(record.skill_id);
    const updatedAtMs = Date.parse(String(record.updated_at)) || 0;
    const category = typeof record.category === 'string' ? record.category : '';
    if (updatedAtMs <= options.now() + FAR_AHEAD_MS) lastChangeMs.set(record.skill_id, updatedAtMs);
    if (known) {
      const before = known.category;
      Object.assign(known, { category, updatedAtMs, json: serialize(record), searchText: undefined });
      categories.recount(before, category);
      return known;
    }
    const entry: Entry = { id: record.skill_id, category, updatedAtMs, json: serialize(record) };
    entries.set(entry.id, entry);
    if (index >= order.length) order.push(entry);
    else order.splice(Math.max(0, index), 0, entry);
    categories.recount(undefined, category);
    return entry;
  };

  /** A change is always later than the one before, even when the clock stands still. */
  const nextChangeMs = (skillId: string) => Math.max(options.now(), (lastChangeMs.get(skillId) ?? 0) + 1);

  const put = (record: SkillPatch, change?: ChangeOptions & { index?: number }): void => {
    const before = entries.get(record.skill_id)?.category;
    const entry = store(record, change?.index);
    options.changed?.(entry.id);
    if (change?.quiet) return;
    options.announce({
      type: 'skill_update',
      // Frames say `skill_id` whatever the listing says: the contract requires it there.
      json: options.idField === 'skill_id' ? entry.json.toString() : JSON.stringify(record),
    });
    if (before !== entry.category) categories.announce([before, entry.category]);
  };

  for (const skill of options.skills) store(skill);

  const catalog: Catalog = {
    get size() {
      return order.length;
    },
    has: (skillId) => entries.has(skillId),
    get: (skillId) => {
      const entry = entries.get(skillId);
      return entry && parse(entry);
    },
    serialized: (skillId) => entries.get(skillId)?.json,
    ids: () => order.map((entry) => entry.id),
    listing: () => order.map(parse),
    page: (request) => pageOf(select(order, request), request),
    upsertSkill: (patch, change) => {
      const known = catalog.get(patch.skill_id);
      const time = isoTime(nextChangeMs(patch.skill_id));
      // Values of a wrong type are stored as they are: that is what a test of bad records wants.
      const record = { ...(known ?? newSkill(time)), ...patch, updated_at: time } as WireSkill;
      if (typeof patch.updated_at === 'string') record.updated_at = patch.updated_at;
      const isStale = known?.code !== record.code && patch.content_hash === undefined;
      if (typeof known?.content_hash === 'string' && isStale)
        record.content_hash = hashContent(String(record.code));
      put(record, change);
      return record;
    },
    putRecord: put,
    touchSkill: (skillId, change) => {
      if (!entries.has(skillId)) return false;
      catalog.upsertSkill({ skill_id: skillId }, change);
      return true;
    },
    removeSkill: (skillId, change) => {
      const entry = entries.get(skillId);
      if (!entry) return false;
      const deletedAtMs = nextChangeMs(skillId);
      lastChangeMs.set(skillId, deletedAtMs);
      entries.delete(skillId);
      while (order.includes(entry)) order.splice(order.indexOf(entry), 1);
      categories.recount(entry.category, undefined);
      options.changed?.(skillId);
      if (change?.quiet) return true;
      const data = { skill_id: skillId, deleted_at: isoTime(deletedAtMs) };
      options.announce({ type: 'skill_delete', json: JSON.stringify(data) });
      categories.announce([entry.category]);
      return true;
    },
    moveSkill: (skillId, index) => {
      const entry = entries.get(skillId);
      if (!entry) return false;
      order.splice(order.indexOf(entry), 1);
      order.splice(Math.max(0, index), 0, entry);
      return true;
    },
    repeatSkill: (skillId, index) => {
      const entry = entries.get(skillId);
      if (entry) order.splice(Math.max(0, index), 0, entry);
      return entry !== undefined;
    },
    backup: () => {
      // Entries are changed in place; one that is listed twice becomes two that are the same.
      kept = order.map((entry) => ({ ...entry }));
    },
    restore: () => {
      if (!kept) return false;
      for (const { category } of entries.values()) categories.recount(category, undefined);
      entries.clear();
      order.length = 0;
      for (const copy of kept) {
        const entry = entries.get(copy.id) ?? { ...copy };
        if (!entries.has(copy.id)) categories.recount(undefined, entry.category);
        entries.set(copy.id, entry);
        order.push(entry);
      }
      return true;
    },
    categories: categories.list,
    upsertCategory: categories.upsert,
    removeCategory: categories.remove,
  };
  return catalog;
}

function newSkill(time: string): Omit<WireSkill, 'skill_id' | 'updated_at'> {
  return {
    name: 'untitled',
    description: '',
    version: '1.0.0',
    code: '',
    command: '',
    python_packages: [],
    npm_packages: [],
    tags: [],
    metadata: {},
    category: 'Uncategorized',
    average_rating: 0,
    rating_count: 0,
    created_at: time,
  };
}

function select(order: readonly Entry[], request: PageRequest): readonly Entry[] {
  const query = request.query?.toLowerCase();
  if (!query && request.category === undefined) return order;
  return order.filter(
    (entry) =>
      (request.category === undefined || entry.category === request.category) &&
      (!query || searchText(entry).includes(query)),
  );
}

function searchText(entry: Entry): string {
  if (entry.searchText === undefined) {
    const { name, description, tags } = JSON.parse(entry.json.toString());
    entry.searchText = JSON.stringify([name, description, tags]).toLowerCase();
  }
  return entry.searchText;
}

function pageOf(entries: readonly Entry[], { page, pageSize }: PageRequest): CatalogPage {
  const wanted = entries.slice((page - 1) * pageSize, page * pageSize);
  return { records: wanted.map((entry) => entry.json), total: entries.length };
}
