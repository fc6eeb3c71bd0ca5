import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { finishSettled, writeItem } from '#adapters/dynamodb/conflicts/settled-conflict.ts';
import { attempt, type Row, type Table } from '#adapters/dynamodb/table/table.ts';
import type { KeptEdit } from '#core/conflicts/resolve-conflict.ts';
import { EditConflictError } from '#core/errors.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { reviseSkill } from '#core/skills/receive-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { Edit, SkillEditor } from '#core/skills/skill-editor.ts';
import { changesOf, readEdit } from './edit-item.ts';
import { isSkillId, readSkill, skillKey } from './skill-item.ts';

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
    if (row.settled !== undefined) await finishSettled(table, row);
    else {
      const edited = await write(table, row, entry, change(entry), edit);
      if (edited) return edited;
    }
  }
  throw new EditConflictError(`Skill ${skillId} kept changing while it was edited. Read it and try again.`);
}

/** The entry after the edit; undefined when another writer came first. */
async function write(
  table: Table,
  row: Row,
  entry: CachedSkill,
  local: Skill,
  edit: Edit,
): Promise<CachedSkill | undefined> {
  const remote = entry.remote.skill;
  const stored = readEdit(row);
  const decision = reviseSkill(stored, remote, local, edit.now);
  const after = withEdit(entry, decision.edit);
  if (stored === undefined && decision.edit === undefined) return after;
  const changes = changesOf(row, stored, remote, decision, { kind: 'edit', ...edit });
  return (await writeItem(table, { row, changes, closed: decision.closed })) ? after : undefined;
}

/** The entry with this edit in place of the one that it has. */
export function withEdit({ local, base, ...entry }: CachedSkill, edit: KeptEdit | undefined): CachedSkill {
  if (edit === undefined) return entry;
  return { ...entry, local: edit.local, ...(edit.base ? { base: edit.base } : {}) };
}

async function readRow(table: Table, skillId: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item;
}
