import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { compressJson, type PackedJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { PartitionList } from '#adapters/dynamodb/table/partition-list.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import {
  type ClosedConflict,
  ConflictSeverity,
  ConflictType,
  type OpenConflict,
  wasNeverOpen,
} from '#core/conflicts/conflict.ts';
import {
  CLOSED_KEPT_MS,
  type Conflict,
  type ConflictFilter,
  type ConflictTotals,
  showClosed,
} from '#core/conflicts/conflict-store.ts';
import { stringify } from '#core/json/json.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** Every closed conflict is in this partition, by its ULID: in the order of detection. */
export const CONFLICTS = 'CONFLICTS';
/** The one item that counts conflicts. */
export const CONFLICT_COUNTERS: Key = { pk: 'COUNTERS', sk: CONFLICTS };

/** What a skill's item waits for, in the index `work`: for an admin, or for its conflict's record. */
export const OPEN = 'conflict#open';
export const OUTBOX = 'conflict#settled';

/** Up to four versions of one skill: above this, compression saves most of what they cost. */
const MAX_TEXT_BYTES = 4 * 1_024;

export type ConflictItem = Key & {
  readonly skillId: string;
  readonly type: ConflictType;
  readonly severity: ConflictSeverity;
  readonly json: PackedJson;
  readonly expiresAt: number;
};

/** What a skill's item holds of its conflict. */
export type ConflictAttributes = {
  readonly conflictId: string | undefined;
  readonly type: string | undefined;
  readonly severity: string | undefined;
  readonly detectedAt: number | undefined;
  readonly work: string | undefined;
  readonly dueAt: string | undefined;
  readonly settled: PackedJson | undefined;
};

/** No conflict: undefined attributes are those that an item must not have. */
export const NO_CONFLICT: ConflictAttributes = {
  conflictId: undefined,
  type: undefined,
  severity: undefined,
  detectedAt: undefined,
  work: undefined,
  dueAt: undefined,
  settled: undefined,
};

/**
 * The attributes of a skill's item while its conflict waits for an admin, whose sides are the skill's own; or while
 * the record of its conflict is still to be written: the record itself, so that it is there from the same write on that
 * ended the conflict.
 */
export function conflictAttributes(
  open: OpenConflict | undefined,
  outbox: ClosedConflict | undefined,
): ConflictAttributes {
  if (outbox) {
    const { id: conflictId, resolvedAt } = outbox;
    return { ...NO_CONFLICT, conflictId, work: OUTBOX, dueAt: isoFromMs(resolvedAt), settled: pack(outbox) };
  }
  if (open === undefined) return NO_CONFLICT;
  const { id: conflictId, type, severity, detectedAt } = open;
  const dueAt = isoFromMs(detectedAt);
  return { conflictId, type, severity, detectedAt, work: OPEN, dueAt, settled: undefined };
}

/** The conflict that waits in a skill's item. */
export function readOpenConflict({
  work,
  conflictId,
  type,
  severity,
  detectedAt,
}: Row): OpenConflict | undefined {
  if (work !== OPEN || typeof conflictId !== 'string' || typeof detectedAt !== 'number') return undefined;
  if (!isOneOf(ConflictType, type) || !isOneOf(ConflictSeverity, severity)) return undefined;
  return { id: conflictId, type, severity, detectedAt };
}

/** The conflict in packed JSON, be it of a record or of an item whose record is still to be written. */
export function readClosed(packed: unknown): ClosedConflict | undefined {
  const value = unpackJson(packed);
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, skillId, strategy, resolvedBy, resolvedAt, detectedAt, local, remote, result } = value as Row;
  const texts = [id, skillId, strategy, resolvedBy].every((text) => typeof text === 'string');
  const times = typeof resolvedAt === 'number' && typeof detectedAt === 'number';
  const sides = [local, remote, result].every((side) => typeof side === 'object' && side !== null);
  return texts && times && sides ? (value as ClosedConflict) : undefined;
}

/** The record of a conflict that is over. `json` is what the skill's item held of it. */
export function conflictItem(closed: ClosedConflict, json: PackedJson = pack(closed)): ConflictItem {
  const { id, skillId, type, severity, resolvedAt } = closed;
  const expiresAt = toEpochSeconds(resolvedAt + CLOSED_KEPT_MS);
  return { pk: CONFLICTS, sk: id, skillId, type, severity, json, expiresAt };
}

/** The list of closed conflicts, newest first. */
export function closedList({ severity, type }: Omit<ConflictFilter, 'status'>): PartitionList<Conflict> {
  const parse = ({ json }: Row) => {
    const closed = readClosed(json);
    return closed && showClosed(closed);
  };
  return { list: 'conflicts', pk: CONFLICTS, newestFirst: true, filter: { severity, type }, parse };
}

/** What a closed conflict adds to the counters: its end, and its detection where it never waited. */
export function countsOfClosed(closed: ClosedConflict): Record<string, number> {
  const detected = wasNeverOpen(closed) ? countsOfDetected(closed.type) : {};
  return { [`resolved_${closed.strategy}`]: 1, ...detected };
}

/** What a conflict that was put before an admin adds to the counters. */
export function countsOfDetected(type: ConflictType): Record<string, number> {
  return { [`detected_${type}`]: 1 };
}

/** The counters in their item. */
export function readTotals(row: Row): ConflictTotals {
  const of = (name: string) => (typeof row[name] === 'number' ? row[name] : 0);
  return {
    detected: {
      VERSION_MISMATCH: of('detected_VERSION_MISMATCH'),
      CONTENT_MISMATCH: of('detected_CONTENT_MISMATCH'),
      DEPENDENCY_CONFLICT: of('detected_DEPENDENCY_CONFLICT'),
      OTHER: of('detected_OTHER'),
    },
    resolved: {
      remote_wins: of('resolved_remote_wins'),
      local_wins: of('resolved_local_wins'),
      merge: of('resolved_merge'),
      converged: of('resolved_converged'),
      withdrawn: of('resolved_withdrawn'),
    },
  };
}

function pack(closed: ClosedConflict): PackedJson {
  const json = stringify(closed);
  return Buffer.byteLength(json) <= MAX_TEXT_BYTES ? json : compressJson(json);
}

function isOneOf<T extends string>(all: Readonly<Record<string, T>>, value: unknown): value is T {
  return Object.values<unknown>(all).includes(value);
}
