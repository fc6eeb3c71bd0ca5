import {
  createMemorySkillEntries,
  drainMemoryOutbox,
  type MemorySkills,
} from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import type { Position } from '#adapters/dynamodb/table/cursor.ts';
import { fillPage, type Hit } from '#adapters/dynamodb/table/fill-page.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import type { ClosedConflict, ConflictEnd, ConflictType } from '#core/conflicts/conflict.ts';
import {
  CLOSED_KEPT_MS,
  type Conflict,
  type ConflictFilter,
  type ConflictRef,
  type ConflictStore,
  showClosed,
} from '#core/conflicts/conflict-store.ts';
import { conflictInEntry, resolveConflict, waitingConflict } from '#core/conflicts/resolve-conflict.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** The in-memory fake of `createConflictStore`. */
export function createMemoryConflictStore(memory: MemorySkills): ConflictStore {
  const { skills, conflicts } = memory;
  const { change } = createMemorySkillEntries(memory);
  const find = async ({ id, skillId }: ConflictRef, now: Date) => {
    const closed = conflicts.get(id);
    const isKept = closed?.skillId === skillId && isStillKept(closed, now);
    return conflictInEntry(skills.get(skillId), id) ?? (isKept ? showClosed(closed) : undefined);
  };
  return {
    get: find,
    async list(filter, limit, cursor, now) {
      const read = async (after?: Position) => ({
        hits: hitsAfter(memory, filter, now, after),
        next: undefined,
      });
      return fillPage({ list: 'conflicts', filter, read }, limit, cursor, 1);
    },
    resolve: (resolution) => resolveConflict({ change, find }, resolution),
    countOpen: async () => [...skills.values()].filter(({ edit }) => edit?.conflict).length,
    totals: async () => totals(memory),
    drainOutboxes: async () => [...skills.keys()].filter((id) => drainMemoryOutbox(memory, id)).length,
  };
}

function isStillKept({ resolvedAt }: ClosedConflict, now: Date): boolean {
  return resolvedAt + CLOSED_KEPT_MS > now.getTime();
}

function hitsAfter(
  { skills, conflicts }: MemorySkills,
  { status, severity, type }: ConflictFilter,
  now: Date,
  after: Position | undefined,
): Hit<Conflict>[] {
  const waiting = [...skills.values()].flatMap((entry) => waitingConflict(entry) ?? []);
  const over = [...conflicts.values()].filter((closed) => isStillKept(closed, now)).map(showClosed);
  return [...(status === 'resolved' ? [] : waiting), ...(status === 'unresolved' ? [] : over)]
    .filter((one) => one.severity === (severity ?? one.severity) && one.type === (type ?? one.type))
    .map((item) => ({ item, position: positionOf(item) }))
    .filter(({ position }) => after === undefined || compare(position, after) > 0)
    .sort((a, b) => compare(a.position, b.position));
}

/** Open ones are above closed ones: the list is in descending order. */
function positionOf({ id, skillId, detectedAt, resolution }: Conflict): Position {
  return resolution === undefined ? ['open', isoFromMs(detectedAt), skillId] : ['closed', id];
}

function compare(a: Position, b: Position): number {
  for (const [at, part] of a.entries()) {
    const order = compareUtf8(b[at] ?? '', part);
    if (order !== 0) return order;
  }
  return 0;
}

function totals({ conflictCounts }: MemorySkills) {
  const of = (what: ConflictType | ConflictEnd) => conflictCounts.get(what) ?? 0;
  return {
    detected: {
      VERSION_MISMATCH: of('VERSION_MISMATCH'),
      CONTENT_MISMATCH: of('CONTENT_MISMATCH'),
      DEPENDENCY_CONFLICT: of('DEPENDENCY_CONFLICT'),
      OTHER: of('OTHER'),
    },
    resolved: {
      remote_wins: of('remote_wins'),
      local_wins: of('local_wins'),
      merge: of('merge'),
      converged: of('converged'),
      withdrawn: of('withdrawn'),
    },
  };
}
