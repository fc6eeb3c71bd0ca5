import { type ItemChanges, largeBytes, withoutRecord } from '#adapters/dynamodb/skills/edit-item.ts';
import {
  MAX_COMPRESSED_BYTES,
  type SkillItem,
  skillIdOf,
  tooLarge,
} from '#adapters/dynamodb/skills/skill-item.ts';
import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { ClosedConflict } from '#core/conflicts/conflict.ts';
import { conflictItem, countsOfClosed, NO_CONFLICT, readClosed } from './conflict-item.ts';

/** The parts of a memory table that a write of an edited skill touches. */
export type ConflictMemory = Pick<MemoryTable, 'skills' | 'conflicts' | 'conflictCounts'>;

/** The counterpart of `writeItem`: nothing comes between the read and the write. @throws TooLargeError */
export function writeMemoryItem(
  memory: ConflictMemory,
  row: Row,
  changes: ItemChanges,
  closed: ClosedConflict | undefined,
): void {
  const skillId = skillIdOf(row.pk) ?? '';
  const whole = withChanges(row, changes);
  if (largeBytes(whole) <= MAX_COMPRESSED_BYTES) {
    memory.skills.set(skillId, whole);
    if (closed !== undefined) finishMemorySettled(memory, whole);
    return;
  }
  const item = withChanges(row, withoutRecord(changes));
  const record = closed && conflictItem(closed);
  const bytes = Math.max(largeBytes(item), largeBytes({ settled: record?.json }));
  if (record === undefined || bytes > MAX_COMPRESSED_BYTES) {
    throw tooLarge(skillId, largeBytes(whole), largeBytes(whole));
  }
  memory.skills.set(skillId, item);
  putMemoryRecord(memory, record, closed);
}

/** The counterpart of `finishSettled`. */
export function finishMemorySettled(memory: ConflictMemory, row: Row): void {
  const closed = readClosed(row.settled);
  if (closed) putMemoryRecord(memory, conflictItem(closed), closed);
  const without = withChanges(row, { set: {}, remove: Object.keys(NO_CONFLICT) });
  memory.skills.set(skillIdOf(row.pk) ?? '', without);
}

/** The counterpart of `countConflicts`. */
export function countMemoryConflicts(
  { conflictCounts }: Pick<ConflictMemory, 'conflictCounts'>,
  counts: Readonly<Record<string, number>>,
): void {
  for (const [name, count] of Object.entries(counts)) {
    conflictCounts.set(name, (conflictCounts.get(name) ?? 0) + count);
  }
}

function putMemoryRecord(
  memory: ConflictMemory,
  record: ReturnType<typeof conflictItem>,
  closed: ClosedConflict | undefined,
): void {
  if (memory.conflicts.has(record.sk)) return;
  memory.conflicts.set(record.sk, record);
  if (closed) countMemoryConflicts(memory, countsOfClosed(closed));
}

function withChanges(row: Row, { set, remove }: ItemChanges): SkillItem {
  const kept = Object.entries(row).filter(([name]) => !remove.includes(name));
  return { ...Object.fromEntries(kept), ...set } as SkillItem;
}
