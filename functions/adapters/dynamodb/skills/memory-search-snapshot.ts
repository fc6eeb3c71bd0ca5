import type { ChangeNotice, SearchSnapshots, SnapshotChange } from '#core/skills/search/search-snapshots.ts';
import {
  keptInSnapshot,
  mergeChanges,
  NO_CHANGES,
  type SnapshotState,
  type StoredChange,
  toBeMerged,
  withChange,
  withMerged,
} from '#core/skills/search/snapshot-state.ts';

/** The state, the changes by id (undefined: damaged), and the notices. */
export type MemorySearch = {
  readonly search: {
    state: SnapshotState;
    readonly changes: Map<string, SnapshotChange | undefined>;
    readonly notices: ChangeNotice[];
  };
};

/** An empty one. */
export function emptySearch(): MemorySearch['search'] {
  return { state: NO_CHANGES, changes: new Map(), notices: [] };
}

/** The in-memory fake of `createSearchSnapshots`. */
export function createMemorySearchSnapshots({ search }: MemorySearch): SearchSnapshots {
  const store = (change: SnapshotChange, now: number): StoredChange => {
    const id = String(search.changes.size);
    search.changes.set(id, structuredClone(change));
    return { id, parts: 1, bytes: JSON.stringify(change).length, writtenAt: now };
  };
  const changesOf = (stored: readonly StoredChange[]) => stored.map(({ id }) => search.changes.get(id));
  return {
    async read() {
      if (search.state.changes.length === 0) return undefined;
      const changes = changesOf(search.state.changes);
      const { skills } = mergeChanges(changes.filter((change) => change !== undefined));
      const isDamaged = changes.includes(undefined);
      return { skills: new Map(skills.map((skill) => [skill.id, skill])), isDamaged };
    },
    async append(change, now) {
      search.state = withChange(search.state, store(change, now));
      const old = toBeMerged(search.state, now);
      if (old.length === 0) return;
      const { skills, removed } = mergeChanges(changesOf(old).filter((one) => one !== undefined));
      const isWhole = old.length === search.state.changes.length;
      const merged = isWhole ? { skills: keptInSnapshot(skills), removed: [] } : { skills, removed };
      search.state = withMerged(search.state, old, store(merged, now)) ?? search.state;
    },
    async replace(skills, now) {
      search.state = withChange(NO_CHANGES, store({ skills: keptInSnapshot(skills), removed: [] }, now));
    },
    async announce(notice) {
      search.notices.push(notice);
    },
    noticesSince: async (at, atMost) =>
      search.notices
        .filter((notice) => notice.at >= at)
        .toSorted((a, b) => a.at - b.at)
        .slice(0, atMost),
  };
}
