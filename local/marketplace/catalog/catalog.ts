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
import { type CatalogEntry, CatalogListing, type CatalogPage, type PageRequest } from './catalog-listing.ts';
import { type Categories, createCategories } from './categories.ts';
import { hashContent } from './generate-catalog.ts';

/** How a change is made known. */
export type ChangeOptions = {
  /** True: no frame is broadcast, so that only polling finds the change. Default false. */
  readonly quiet?: boolean;
};

/** How a skill is put in: `index` is the place of a new one in the listing (0 = first), by default the last. */
export type PutOptions = ChangeOptions & { readonly index?: number };

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

/** Everything that can be seen and done in the marketplace's catalogue; all changes act at once. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listing = new CatalogListing();
  readonly #categories: Categories;
  /** Time of each skill's latest change, epoch milliseconds; outlasts the skill. */
  readonly #lastChangeMs = new Map<string, number>();

  /** Skills given with an id that is there already replace the earlier one. */
  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#categories = createCategories(options);
    for (const skill of options.skills) this.#store(skill);
  }

  /** Skills in the listing; one that is listed twice counts twice. */
  get size(): number {
    return this.#listing.size;
  }

  has(skillId: string): boolean {
    return this.#listing.get(skillId) !== undefined;
  }

  /** The skill as stored. A record that was put in broken comes out broken, whatever the type says. */
  get(skillId: string): WireSkill | undefined {
    const entry = this.#listing.get(skillId);
    return entry && this.#parse(entry);
  }

  /** The serialized skill as it is served. */
  serialized(skillId: string): Buffer | undefined {
    return this.#listing.get(skillId)?.json;
  }

  /** Ids in listing order. */
  ids(): string[] {
    return this.#listing.inOrder().map((entry) => entry.id);
  }

  /** All skills in listing order. Parses every one: 60 ms for 5,000. */
  listing(): WireSkill[] {
    return this.#listing.inOrder().map((entry) => this.#parse(entry));
  }

  page(request: PageRequest): CatalogPage {
    return this.#listing.page(request);
  }

  /**
   * Adds or changes a skill. Fields that are not given keep their value (or get a default, in a new
   * skill); `updated_at`, unless given, becomes now, and always later than before.
   */
  upsertSkill(patch: SkillPatch, change?: PutOptions): WireSkill {
    const known = this.get(patch.skill_id);
    const time = isoTime(this.#nextChangeMs(patch.skill_id));
    // Values of a wrong type are stored as they are: that is what a test of bad records wants.
    const record = { ...(known ?? newSkill(time)), ...patch, updated_at: time } as WireSkill;
    if (typeof patch.updated_at === 'string') record.updated_at = patch.updated_at;
    const isStale = known?.code !== record.code && patch.content_hash === undefined;
    if (typeof known?.content_hash === 'string' && isStale) {
      record.content_hash = hashContent(String(record.code));
    }
    this.putRecord(record, change);
    return record;
  }

  /** Puts a record in exactly as it is, however broken; it needs nothing but a `skill_id`. */
  putRecord(record: SkillPatch, change?: PutOptions): void {
    const before = this.#listing.get(record.skill_id)?.category;
    const entry = this.#store(record, change?.index);
    this.#options.changed?.(entry.id);
    if (change?.quiet) return;
    // Frames say `skill_id` whatever the listing says: the contract requires it there.
    const json = this.#options.idField === 'skill_id' ? entry.json.toString() : JSON.stringify(record);
    this.#options.announce({ type: 'skill_update', json });
    if (before !== entry.category) this.#categories.announce([before, entry.category]);
  }

  /** Makes `updated_at` later and changes nothing else. False when there is no such skill. */
  touchSkill(skillId: string, change?: ChangeOptions): boolean {
    if (!this.has(skillId)) return false;
    this.upsertSkill({ skill_id: skillId }, change);
    return true;
  }

  /** Removes a skill; later ones move up, so pages shift. False when there is no such skill. */
  removeSkill(skillId: string, change?: ChangeOptions): boolean {
    const entry = this.#listing.get(skillId);
    if (!entry) return false;
    const deletedAtMs = this.#nextChangeMs(skillId);
    this.#lastChangeMs.set(skillId, deletedAtMs);
    this.#listing.remove(entry);
    this.#categories.recount(entry.category, undefined);
    this.#options.changed?.(skillId);
    if (change?.quiet) return true;
    const data = { skill_id: skillId, deleted_at: isoTime(deletedAtMs) };
    this.#options.announce({ type: 'skill_delete', json: JSON.stringify(data) });
    this.#categories.announce([entry.category]);
    return true;
  }

  /** Moves a skill to another place in the listing (0 = first). No frame: its content is the same. */
  moveSkill(skillId: string, index: number): boolean {
    const entry = this.#listing.get(skillId);
    if (entry) this.#listing.move(entry, index);
    return entry !== undefined;
  }

  /** Lists a skill a second time, at `index`; totals count it twice. Removing it removes both. */
  repeatSkill(skillId: string, index: number): boolean {
    const entry = this.#listing.get(skillId);
    if (entry) this.#listing.repeat(entry, index);
    return entry !== undefined;
  }

  /** Remembers the skills as they are now, in place of an earlier backup. */
  backup(): void {
    this.#listing.backup();
  }

  /**
   * Puts the skills back as they were at the backup, older times and all, and quietly: a database that is restored
   * sends no frames. False when there is no backup.
   */
  restore(): boolean {
    const replaced = this.#listing.distinct();
    if (!this.#listing.restore()) return false;
    for (const { category } of replaced) this.#categories.recount(category, undefined);
    for (const { category } of this.#listing.distinct()) this.#categories.recount(undefined, category);
    return true;
  }

  categories(): WireCategory[] {
    return this.#categories.list();
  }

  upsertCategory(category: CategoryInput, change?: ChangeOptions): WireCategory {
    return this.#categories.upsert(category, change);
  }

  /** Removes a category from the list; skills that name it stay. No frame type exists for it. */
  removeCategory(name: string): boolean {
    return this.#categories.remove(name);
  }

  /** Writes a record over the one with its id, or into a new place. Tells nobody. */
  #store(record: SkillPatch, index?: number): CatalogEntry {
    const id = record.skill_id;
    const category = typeof record.category === 'string' ? record.category : '';
    const json = this.#serialize(record);
    this.#noteChange(id, Date.parse(String(record.updated_at)) || 0);
    const known = this.#listing.get(id);
    const before = known?.category;
    const entry = known ?? { id, category, json };
    if (known) Object.assign(known, { category, json, searchText: undefined });
    else this.#listing.insert(entry, index);
    this.#categories.recount(before, category);
    return entry;
  }

  #noteChange(skillId: string, updatedAtMs: number): void {
    if (updatedAtMs <= this.#options.now() + FAR_AHEAD_MS) this.#lastChangeMs.set(skillId, updatedAtMs);
  }

  /** A change is always later than the one before, even when the clock stands still. */
  #nextChangeMs(skillId: string): number {
    return Math.max(this.#options.now(), (this.#lastChangeMs.get(skillId) ?? 0) + 1);
  }

  #serialize(record: SkillPatch): Buffer {
    if (this.#options.idField === 'skill_id') return Buffer.from(JSON.stringify(record));
    const { skill_id, ...rest } = record;
    return Buffer.from(JSON.stringify({ id: skill_id, ...rest }));
  }

  #parse(entry: CatalogEntry): WireSkill {
    const record = parseJson(entry.json.toString()) as Record<string, unknown>;
    if (this.#options.idField === 'skill_id') return record as WireSkill;
    const { id, ...rest } = record;
    return { skill_id: id, ...rest } as WireSkill;
  }
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
