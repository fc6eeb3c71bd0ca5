import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { hitCursors } from '#adapters/dynamodb/skills/hit-cursors.ts';
import { createMemorySearchSnapshots } from '#adapters/dynamodb/skills/memory-search-snapshot.ts';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import { createMemorySkillBatchReader } from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { createSkillSearch } from '#core/skills/search/create-skill-search.ts';
import { announceChanges, recordChanges } from '#core/skills/search/record-changes.ts';
import { relyOnNotices } from '#core/skills/search/rely-on-notices.ts';
import { type SearchableSkill, searchableSkill } from '#core/skills/search/searchable-skill.ts';
import type { SkillIndex } from '#core/skills/search/skill-index.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import { watchNotices } from '#core/skills/search/watch-notices.ts';
import type { SkillVersion } from '#core/skills/skill.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { cachedSkill, type SkillEntry } from '#core/skills/skill-entry.ts';
import type { RememberingReader, SkillBatchReader } from '#core/skills/skill-reader.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { HOUR, POLICY, T0, version } from '#test/contracts/versions.ts';
import { SILENT } from '#test/engines/test-stores.ts';

/** How long what was written stays unseen by eventually consistent reads (ms). */
const LAG_MS = 2_000;

/** A skill is found by the words of its name, and by all of them: relevance is tested elsewhere. */
function createWordIndex(skills: Iterable<SearchableSkill> = []): SkillIndex {
  const byId = new Map([...skills].map((skill) => [skill.id, skill]));
  return {
    get size() {
      return byId.size;
    },
    search: (query, { category, tag }, now) =>
      [...byId.values()]
        .filter(
          (skill) => skill.expiresAt > now && query.split(' ').some((word) => skill.name.includes(word)),
        )
        .filter((skill) => category === undefined || skill.category === category)
        .filter((skill) => tag === undefined || skill.tags.includes(tag))
        .map(({ id }) => ({ id, score: 1 }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    suggest: (prefix, limit, now) =>
      [...byId.values()]
        .filter(({ name, expiresAt }) => expiresAt > now && name.startsWith(prefix))
        .map(({ id, name }) => ({ text: name, kind: 'name' as const, skillId: id }))
        .slice(0, limit),
    put: (skill) => void byId.set(skill.id, skill),
    remove: (id) => void byId.delete(id),
    hashes: () => new Map([...byId.values()].map(({ id, hash }) => [id, hash])),
    toSnapshot: () => ({ format: 0, skills: [...byId.values()], terms: '' }),
  };
}

/** A table in memory with a virtual clock, and processes that write and search. */
export class SearchWorld {
  nowMs = T0;
  readonly memory = createMemoryTable();
  /** When each skill was last written. */
  readonly writtenAt = new Map<string, number>();
  /** Called before a write that takes its time. */
  beforeWrite: () => Promise<void> = async () => undefined;
  readonly counts = { digests: 0, items: 0, notices: 0, snapshots: 0, appended: 0 };
  /** The skills as they were, for reads that are behind. */
  #past: { readonly at: number; readonly skills: Map<string, SkillEntry> }[] = [];
  readonly #base = createMemorySkillEntries(this.memory);
  #versions = 0;

  readonly now = () => this.nowMs;

  readonly snapshots = (() => {
    const real = createMemorySearchSnapshots(this.memory);
    const { counts } = this;
    return {
      ...real,
      read: () => {
        counts.snapshots += 1;
        return real.read();
      },
      append: (...args: Parameters<typeof real.append>) => {
        counts.appended += 1;
        return real.append(...args);
      },
      noticesSince: (...args: Parameters<typeof real.noticesSince>) => {
        counts.notices += 1;
        return real.noticesSince(...args);
      },
    };
  })();

  readonly entries: SkillEntries = {
    digests: () => {
      this.counts.digests += 1;
      return createMemorySkillEntries({ ...this.memory, skills: this.#lagging() }).digests();
    },
    putUnlessNewer: (...args) =>
      this.#write(args[0].skill.skill_id, () => this.#base.putUnlessNewer(...args)),
    change: (...args) => this.#write(args[0], () => this.#base.change(...args)),
  };

  async #write<T>(skillId: string, write: () => Promise<T>): Promise<T> {
    await this.beforeWrite();
    this.#past.push({ at: this.nowMs, skills: new Map(this.memory.skills) });
    const result = await write();
    this.writtenAt.set(skillId, this.nowMs);
    return result;
  }

  /** The skills as they were before any write of the last moments. */
  #lagging(): Map<string, SkillEntry> {
    const since = this.nowMs - LAG_MS;
    this.#past = this.#past.filter(({ at }) => at > since);
    return this.#past[0]?.skills ?? this.memory.skills;
  }

  /** A sync or a feed, from its start to its death. */
  writer(fence: number | undefined) {
    const { entries, snapshots, now } = this;
    const recorded = recordChanges({ entries, snapshots, now, log: SILENT });
    const skills = createSkillStore(recorded.entries, POLICY);
    const observation = (ttlMs: number) => ({
      ...{
        observedAt: this.nowMs,
        now: new Date(this.nowMs),
        expiresAt: new Date(this.nowMs + ttlMs),
        fence,
      },
    });
    return {
      flush: recorded.flush,
      put: (next: SkillVersion, ttlMs = 24 * HOUR) => skills.put(next, observation(ttlMs)),
      remove: (skillId: string) =>
        skills.tombstone(skillId, instantFromMs(this.nowMs), observation(24 * HOUR)),
    };
  }

  /** A new version of a skill, with a word that no other has. */
  next(skillId: string, fields: Parameters<typeof version>[2] = {}): SkillVersion {
    return version(skillId, this.nowMs - T0, { name: `skill ${this.#word()}`, ...fields });
  }

  /** A process of the API that edits and searches. */
  api({ maxIndexed, beforeRead = () => undefined, reliesOnNotices = false }: ApiOptions = {}) {
    const { entries, snapshots, now } = this;
    const items = {
      getMany: (ids: readonly string[], at: Date, isConsistent = false) => {
        beforeRead();
        this.counts.items += ids.length;
        const skills = isConsistent ? this.memory.skills : this.#lagging();
        return createMemorySkillBatchReader({ skills }).getMany(ids, at);
      },
    };
    const editor = createSkillEditor(announceChanges(entries, snapshots, now));
    const deps = { snapshots, entries, items, now, log: SILENT, cursors: hitCursors, maxIndexed };
    const hits = reliesOnNotices
      ? relyOnNotices(remembering(items), watchNotices({ snapshots, now }))
      : items;
    const search = createSkillSearch({ ...deps, hits, createIndex: createWordIndex });
    return {
      search,
      /** Edits the name, or puts it back as the marketplace has it. */
      edit: async (skillId: string, isUndone = false) => {
        const name = `skill ${this.#word()}`;
        const edited = await editor.edit(
          skillId,
          ({ remote }) => (isUndone ? remote.skill : { ...remote.skill, name }),
          { by: 'me', now: this.nowMs },
        );
        if (edited) search.noticed(searchableSkill(edited));
        return edited;
      },
    };
  }

  /** The name of every skill that is served now. */
  served(): Map<string, string> {
    const names = new Map<string, string>();
    for (const [id, entry] of this.memory.skills) {
      const skill = cachedSkill(entry);
      if (skill && skill.expiresAt.getTime() > this.nowMs) names.set(id, effectiveSkill(skill).name);
    }
    return names;
  }

  #word(): string {
    this.#versions += 1;
    return `w${this.#versions}.`;
  }
}

type ApiOptions = {
  readonly maxIndexed?: number;
  /** Called before each read of items. */
  readonly beforeRead?: () => void;
  /** Whether it reads the hits that nobody has announced to write from its memory. */
  readonly reliesOnNotices?: boolean;
};

/** The same reader, which has all that it has read in memory. */
export function remembering(items: SkillBatchReader): RememberingReader {
  const known = new Map<string, CachedSkill>();
  return {
    remembered: (skillId) => known.get(skillId),
    async getMany(...args) {
      const skills = await items.getMany(...args);
      for (const skill of skills) known.set(skill.remote.skill.skill_id, skill);
      return skills;
    },
  };
}

/** Every skill that a query finds, page by page. */
export async function findAll(search: SkillSearch, query: string, limit = 50): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await search.search({
      query,
      filter: {},
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.hits.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}
