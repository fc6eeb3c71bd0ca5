import { changesOf, inSkill, waiting } from '#adapters/dynamodb/skills/edit-item.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { type Chunk, fillPage, type ListSource } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/memory-table.ts';
import { revisionOf } from '#core/conflicts/conflict.ts';
import type {
  Conflict,
  ConflictFilter,
  ConflictRef,
  ConflictStore,
  Resolution,
  ResolveOutcome,
} from '#core/conflicts/conflict-store.ts';
import { decideConflict } from '#core/skills/receive-skill.ts';
import { closedList, OPEN, readClosed, readTotals, showClosed } from './conflict-item.ts';
import { afterAllOpen, asClosedPart, openHit, readConflictPosition } from './conflict-list.ts';
import { type ConflictMemory, finishMemorySettled, writeMemoryItem } from './memory-settled-conflict.ts';

const MAX_READS = 3;

/** The in-memory fake of `createConflictStore`. */
export function createMemoryConflictStore(memory: ConflictMemory): ConflictStore {
  return {
    get: async (conflict, now) => get(memory, conflict, now),
    list: (filter, limit, cursor, now) => fillPage(source(memory, filter, now), limit, cursor, MAX_READS),
    resolve: async (resolution) => resolve(memory, resolution),
    countOpen: async () => [...memory.skills.values()].filter(isOpen).length,
    totals: async () => readTotals(Object.fromEntries(memory.conflictCounts)),
    async finishSettled() {
      const pending = [...memory.skills.values()].filter(({ settled }) => settled !== undefined);
      for (const item of pending) finishMemorySettled(memory, item);
      return pending.length;
    },
  };
}

function get(
  { skills, conflicts }: ConflictMemory,
  { id, skillId }: ConflictRef,
  now: Date,
): Conflict | undefined {
  const item = skills.get(skillId);
  const here = item && inSkill(item, id);
  if (here) return here;
  const record = conflicts.get(id);
  if (record === undefined || record.expiresAt <= toEpochSeconds(now)) return undefined;
  const closed = readClosed(record.json);
  return closed?.skillId === skillId ? showClosed(closed) : undefined;
}

function resolve(memory: ConflictMemory, resolution: Resolution): ResolveOutcome {
  const { conflict: asked, strategy, by, now, revision } = resolution;
  const item = memory.skills.get(asked.skillId);
  const found = item?.deletedAt === undefined && item?.conflictId === asked.id ? waiting(item) : undefined;
  if (item === undefined || found === undefined) {
    const conflict = get(memory, asked, new Date(now));
    return conflict ? { outcome: 'already_resolved', conflict } : { outcome: 'unknown' };
  }
  const { conflict, stored, remote } = found;
  if (revision !== undefined && revisionOf(conflict) !== revision) return { outcome: 'changed', conflict };
  const decision = decideConflict(stored, remote, strategy, { by, now });
  const changes = changesOf(item, stored, remote, decision, { kind: 'resolution', now });
  writeMemoryItem(memory, item, changes, decision.closed);
  return { outcome: 'resolved', conflict: decision.closed ? showClosed(decision.closed) : conflict };
}

function source(memory: ConflictMemory, filter: ConflictFilter, now: Date): ListSource<Conflict> {
  const closed = memoryPartitionSource(memory.conflicts.values(), closedList(filter), now.getTime());
  return {
    list: 'conflicts',
    filter,
    async read(position, want) {
      const at = readConflictPosition(filter, position);
      if (at.part === 'closed') return asClosedPart(await closed.read(at.after, want));
      return readOpen(memory, filter, at.after);
    },
  };
}

function readOpen(
  { skills }: ConflictMemory,
  filter: ConflictFilter,
  after: { readonly dueAt: string; readonly pk: string } | undefined,
): Chunk<Conflict> {
  const hits = [...skills.values()]
    .filter(isOpen)
    .filter((item) => after === undefined || newestFirst(item, after) > 0)
    .sort(newestFirst)
    .flatMap((item) => openHit(item, filter));
  return { hits, next: afterAllOpen(filter) };
}

type IndexKey = { readonly dueAt?: string; readonly pk: string };

function newestFirst(a: IndexKey, b: IndexKey): number {
  return compareUtf8(b.dueAt ?? '', a.dueAt ?? '') || compareUtf8(b.pk, a.pk);
}

function isOpen(item: { readonly work?: string }): boolean {
  return item.work === OPEN;
}
