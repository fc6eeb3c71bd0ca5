import {
  NO_CONFLICT,
  openAttributes,
  readClosed,
  readOpenConflict,
  settledAttributes,
  showClosed,
} from '#adapters/dynamodb/conflicts/conflict-item.ts';
import { type Expression, namesOf } from '#adapters/dynamodb/table/expression.ts';
import type { PackedJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { Sides } from '#core/conflicts/conflict.ts';
import type { Conflict } from '#core/conflicts/conflict-store.ts';
import type { KeptEdit } from '#core/conflicts/resolve-conflict.ts';
import type { Decision, StoredEdit } from '#core/skills/receive-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { catalogueEntry } from './catalogue-entry.ts';
import {
  MAX_TEXT_BYTES_EDITED,
  NO_EXPIRY_SECONDS,
  packedBytes,
  packSkill,
  type RemoteSide,
  readRecord,
  readSkill,
  servedUntil,
} from './skill-item.ts';

/** What a write does to an item: the attributes that it sets and those that it removes. */
export type ItemChanges = { readonly set: Row; readonly remove: readonly string[] };

/** What happens to a skill's item besides what was decided about its edit. */
export type Occurrence =
  | { readonly kind: 'put'; readonly side: RemoteSide; readonly now: number }
  | { readonly kind: 'edit'; readonly by: string; readonly now: number }
  | { readonly kind: 'resolution'; readonly now: number };

/** The edit in a skill's item; undefined where there is none that can be read. */
export function readEdit(row: Row): StoredEdit | undefined {
  const local = row.edited === undefined ? undefined : readRecord(row, 'local');
  return local && { local, base: readRecord(row, 'base'), conflict: readOpenConflict(row) };
}

/** The conflict in its skill's item: one that waits, or one whose record is still to be written. */
export function inSkill(row: Row, id: string): Conflict | undefined {
  if (row.conflictId !== id) return undefined;
  const closed = readClosed(row.settled);
  return closed ? showClosed(closed) : waiting(row)?.conflict;
}

/** The conflict that waits in a skill's item, with the edit that it is about. */
export function waiting(row: Row) {
  const entry = readSkill(row);
  const stored = readEdit(row);
  if (typeof entry !== 'object' || stored?.conflict === undefined) return undefined;
  const { base, local, conflict: open } = stored;
  const remote = entry.remote.skill;
  const sides: Sides = { base, local, remote };
  const conflict: Conflict = { ...open, ...sides, skillId: remote.skill_id, resolution: undefined };
  return { conflict, stored: { base, local, conflict: open }, remote };
}

/**
 * Writes a decision down as changes of the skill's item. Lists find a skill by what is served of it.
 *
 * @param stored the edit that the decision is about
 * @param remote the marketplace's side after it
 * @throws TooLargeError
 */
export function changesOf(
  row: Row,
  stored: StoredEdit | undefined,
  remote: Skill,
  decision: Decision,
  occurrence: Occurrence,
): ItemChanges {
  const edit =
    decision.edit === undefined
      ? droppedEdit(row, remote, occurrence)
      : keptEdit(row, stored, remote, decision.edit, occurrence);
  return split({ ...edit, ...conflictAttributes(decision) });
}

/** The same without the record of the conflict, which was too much for the item. */
export function withoutRecord({ set, remove }: ItemChanges): ItemChanges {
  const { settled, work, dueAt, conflictId, ...rest } = set;
  return { set: rest, remove: [...remove, ...Object.keys({ settled, work, dueAt, conflictId })] };
}

/** Holds while the item is the one that was read: the same version of the marketplace, the same edit, nothing pending. */
export function isUnchanged(row: Row): Expression {
  const revision = row.editRevision;
  const sameEdit =
    revision === undefined ? 'attribute_not_exists(#editRevision)' : '#editRevision = :revision_';
  return {
    text: `#rank = :rank_ AND attribute_not_exists(#settled) AND ${sameEdit}`,
    names: namesOf(['rank', 'settled', 'editRevision']),
    values: { ':rank_': row.rank, ...(revision === undefined ? {} : { ':revision_': revision }) },
  };
}

/** How many bytes an item's large attributes take. */
export function largeBytes({ remote, local, base, settled }: Row): number {
  return [remote, local, base, settled].reduce<number>(
    (sum, side) => sum + (isPacked(side) ? packedBytes(side) : 0),
    0,
  );
}

function conflictAttributes({ open, closed }: Decision): Row {
  if (closed !== undefined) return settledAttributes(closed);
  return open === undefined ? NO_CONFLICT : openAttributes(open);
}

function droppedEdit(row: Row, remote: Skill, occurrence: Occurrence): Row {
  return {
    ...catalogueEntry(remote),
    ...(occurrence.kind === 'put' ? sideOf(occurrence) : { expiresAt: servedUntil(row) }),
    edited: undefined,
    local: undefined,
    base: undefined,
    editRevision: undefined,
    editedAt: undefined,
    editedBy: undefined,
  };
}

function keptEdit(
  row: Row,
  stored: StoredEdit | undefined,
  remote: Skill,
  edit: KeptEdit,
  occurrence: Occurrence,
): Row {
  const isSame = stored !== undefined && stored.local === edit.local && stored.base === edit.base;
  return {
    ...(occurrence.kind === 'put' ? sideOf(occurrence) : {}),
    ...(isSame ? {} : editAttributes(row, edit, occurrence.now)),
    ...(occurrence.kind === 'edit' ? firstEditAttributes(row, remote, occurrence) : {}),
  };
}

function editAttributes(row: Row, { local, base }: KeptEdit, now: number): Row {
  return {
    ...catalogueEntry(local),
    local: packSkill(local, MAX_TEXT_BYTES_EDITED),
    base: base && packSkill(base, MAX_TEXT_BYTES_EDITED),
    editRevision: nextRevision(row, now),
  };
}

/** An edit makes room for itself beside the marketplace's side, and takes over from its expiry. */
function firstEditAttributes(row: Row, remote: Skill, { by, now }: { by: string; now: number }): Row {
  return {
    remote: packSkill(remote, MAX_TEXT_BYTES_EDITED),
    edited: servedUntil(row),
    expiresAt: NO_EXPIRY_SECONDS,
    editedAt: now,
    editedBy: by,
  };
}

/**
 * Counts up, and starts at the time: the number of an edit that was dropped never comes back with a later one,
 * so that a slow writer who has read the former can't mistake the latter for it.
 */
function nextRevision({ editRevision }: Row, now: number): number {
  return Math.max(now, typeof editRevision === 'number' ? editRevision + 1 : 0);
}

/** A writer without a fence leaves the stored one as it is. */
function sideOf({ side: { fence, ...side } }: { readonly side: RemoteSide }): Row {
  return fence === undefined ? side : { ...side, fence };
}

function split(attributes: Row): ItemChanges {
  const entries = Object.entries(attributes);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    remove: entries.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

function isPacked(value: unknown): value is PackedJson {
  return typeof value === 'string' || value instanceof Uint8Array;
}
