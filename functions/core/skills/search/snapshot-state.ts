import { MAX_INDEXED, type SnapshotChange, type SnapshotSkill } from './search-snapshots.ts';

/**
 * Which changes the snapshot consists of, oldest first: the first one is usually the whole catalogue, the others are what
 * has changed since. Pure; the store writes a change first and then, by comparing and swapping, the state that names it.
 */
export type SnapshotState = { readonly changes: readonly StoredChange[] };

/** A stored change, in so many parts, of so many bytes together. */
export type StoredChange = {
  readonly id: string;
  readonly parts: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
};

export const NO_CHANGES: SnapshotState = { changes: [] };

/** A stored change is deleted after so long (ms), free of charge, by its expiry. */
export const CHANGE_KEPT_MS = 10 * 86_400_000;
/**
 * The first change is written anew once it is older (ms). Whatever is cached is renewed in less than the 4 days that are
 * left then, so that a snapshot of a living cache never expires.
 */
const REWRITTEN_AFTER_MS = 3 * 86_400_000;
/** So many changes, and their list still fits into 4 KB. */
const MAX_CHANGES = 64;
/** Later changes may weigh as much as a half of the first one, and at least so many bytes. */
const LEAST_BYTES = 64 * 1_024;

/** The state with a change behind all others. */
export function withChange({ changes }: SnapshotState, change: StoredChange): SnapshotState {
  return { changes: [...changes, change] };
}

/** The changes that are to be merged into one now; empty when none are. */
export function toBeMerged({ changes }: SnapshotState, now: number): readonly StoredChange[] {
  const [first, ...later] = changes;
  if (first === undefined) return [];
  const bytes = later.reduce((sum, change) => sum + change.bytes, 0);
  const isHeavy = bytes > Math.max(LEAST_BYTES, first.bytes / 2);
  if (isHeavy || now - first.writtenAt > REWRITTEN_AFTER_MS) return changes;
  return changes.length > MAX_CHANGES ? later : [];
}

/** The state with one change in the place of some that it names in a row; undefined where it no longer names them. */
export function withMerged(
  { changes }: SnapshotState,
  merged: readonly StoredChange[],
  by: StoredChange,
): SnapshotState | undefined {
  const start = changes.findIndex(({ id }) => id === merged[0]?.id);
  if (start === -1 || !merged.every(({ id }, index) => changes[start + index]?.id === id)) return undefined;
  return { changes: [...changes.slice(0, start), by, ...changes.slice(start + merged.length)] };
}

/** Several changes as one: of the same skill the last one counts. */
export function mergeChanges(changes: Iterable<SnapshotChange>): SnapshotChange {
  const skills = new Map<string, SnapshotSkill>();
  const removed = new Set<string>();
  for (const change of changes) {
    for (const skill of change.skills) {
      skills.set(skill.id, skill);
      removed.delete(skill.id);
    }
    for (const id of change.removed) {
      skills.delete(id);
      removed.add(id);
    }
  }
  return { skills: [...skills.values()], removed: [...removed] };
}

/** What is kept of the skills of a whole snapshot: the first {@link MAX_INDEXED} by their ids. */
export function keptInSnapshot(skills: readonly SnapshotSkill[]): readonly SnapshotSkill[] {
  if (skills.length <= MAX_INDEXED) return skills;
  return skills.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MAX_INDEXED);
}
