import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CachedSkill } from '#core/cached-skill.ts';
import { EditConflictError } from '#core/errors.ts';
import type { Edit, SkillEditor } from '#core/ports.ts';
import type { Skill } from '#core/skill.ts';
import { editChanges, revisionOf } from './edit-item.ts';
import { type Expression, namesOf, updateIf } from './expression.ts';
import { isSkillId, packedBytes, readSkill, skillKey, tooLarge } from './skill-item.ts';
import { attempt, attemptIf, isItemTooLarge, type Row, type Table } from './table.ts';

const MAX_TRIES = 5;

/**
 * Local edits in DynamoDB: read, change, and write back only if neither the marketplace's side nor another
 * edit came between; then once more from what is stored now.
 */
export function createSkillEditor(table: Table): SkillEditor {
  return { edit: (skillId, change, edit) => editSkill(table, skillId, change, edit) };
}

async function editSkill(
  table: Table,
  skillId: string,
  change: (entry: CachedSkill) => Skill,
  edit: Edit,
): Promise<CachedSkill | undefined> {
  if (!isSkillId(skillId)) return undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await readRow(table, skillId);
    const entry = row && readSkill(row);
    if (row === undefined || typeof entry !== 'object' || entry.expiresAt.getTime() <= edit.now)
      return undefined;
    const local = change(entry);
    if (await write(table, skillId, row, editChanges(row, entry, local, edit))) {
      return { ...entry, local, base: entry.base ?? entry.remote.skill };
    }
  }
  throw new EditConflictError(`Skill ${skillId} kept changing while it was edited. Read it and try again.`);
}

async function write(
  table: Table,
  skillId: string,
  row: Row,
  changes: ReturnType<typeof editChanges>,
): Promise<boolean> {
  const remove = changes.tags === undefined ? ['tags'] : [];
  const update = updateIf({ set: changes, remove }, isUnchanged(row));
  try {
    const { held } = await attemptIf('UpdateItem', () =>
      table.client.send(new UpdateCommand({ TableName: table.name, Key: skillKey(skillId), ...update })),
    );
    return held;
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    const bytes = [changes.local, changes.base, changes.remote].reduce(
      (sum, side) => sum + packedBytes(side),
      0,
    );
    throw tooLarge(skillId, bytes, bytes);
  }
}

/** Holds while the item is the one that was read: the same version from the marketplace, the same edit. */
function isUnchanged(row: Row): Expression {
  const revision = revisionOf(row);
  return {
    text: `#rank = :rank_ AND ${revision === 0 ? 'attribute_not_exists(#editRevision)' : '#editRevision = :revision_'}`,
    names: namesOf(['rank', 'editRevision']),
    values: { ':rank_': row.rank, ...(revision === 0 ? {} : { ':revision_': revision }) },
  };
}

async function readRow(table: Table, skillId: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item;
}
