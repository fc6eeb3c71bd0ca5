import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { allOf, type Expression, namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import {
  attempt,
  attemptIf,
  isItemTooLarge,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import { type SkillFigures, type SkillVersion, withFigures } from '#core/skills/skill.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { compareVersions, incomingVersion, replacingKey } from '#core/skills/version-order.ts';
import { largeBytes } from './edit-item.ts';
import {
  MAX_COMPRESSED_BYTES,
  MAX_TEXT_BYTES,
  MAX_TEXT_BYTES_EDITED,
  packedBytes,
  packSkill,
  readSkill,
  type SkillItem,
  servedUntil,
  skillKey,
  standingOf,
  tooLarge,
} from './skill-item.ts';

const MAX_TRIES = 5;

/** What new figures make of an item: the marketplace's side and its place in the order, nothing else. */
type FigureChanges = Pick<SkillItem, 'remote' | 'updatedAt' | 'hash' | 'rank'>;

/**
 * Puts a skill's figures in DynamoDB: read, change, and write back only where neither another version nor an edit
 * came between. Its expiry stays: figures say nothing about the rest of the skill.
 *
 * @returns false when the skill is absent (unknown, removed, expired) or stands at newer figures already
 * @throws TooLargeError
 */
export async function putFigures(
  table: Table,
  figures: SkillFigures,
  observation: Observation,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await readRow(table, figures.skillId);
    if (row !== undefined && readSkill(row) === 'unreadable') reportUnreadable(table.log, row, 'no skill');
    const changes = row && figureChanges(row, figures, observation);
    if (row === undefined || changes === undefined) return false;
    if (await write(table, figures.skillId, row, changes)) return true;
  }
  throw new StorageError(`Skill ${figures.skillId} was changed by others ${MAX_TRIES} times in a row`);
}

/** The same in memory. */
export function putFiguresInMemory(
  skills: MemoryTable['skills'],
  figures: SkillFigures,
  observation: Observation,
): boolean {
  const stored = skills.get(figures.skillId);
  const changes = stored && figureChanges(stored, figures, observation);
  if (!changes || stored.deletedAt !== undefined) return false;
  const whole = { ...stored, ...changes };
  const bytes = largeBytes(whole);
  if (bytes > MAX_COMPRESSED_BYTES) throw tooLarge(figures.skillId, bytes, bytes);
  skills.set(figures.skillId, whole);
  return true;
}

function figureChanges(row: Row, figures: SkillFigures, observation: Observation): FigureChanges | undefined {
  const entry = readSkill(row);
  if (typeof entry !== 'object') return undefined;
  if ((servedUntil(row) ?? 0) <= toEpochSeconds(observation.now)) return undefined;
  const version: SkillVersion = withFigures(entry.remote.skill, figures);
  const arrival = incomingVersion(version, observation);
  const stored = standingOf(row);
  if (compareVersions(stored, arrival) !== 'written' || version.hash === row.hash) return undefined;
  const maxBytes = row.edited === undefined ? MAX_TEXT_BYTES : MAX_TEXT_BYTES_EDITED;
  return {
    ...replacingKey(stored, arrival),
    hash: version.hash,
    remote: packSkill(version.skill, maxBytes),
  };
}

async function write(table: Table, skillId: string, row: Row, changes: FigureChanges): Promise<boolean> {
  const update = updateIf({ set: changes }, isUnchanged(row));
  try {
    const { held } = await attemptIf('UpdateItem', () =>
      table.client.send(new UpdateCommand({ TableName: table.name, Key: skillKey(skillId), ...update })),
    );
    return held;
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    const bytes = packedBytes(changes.remote);
    throw tooLarge(skillId, bytes, bytes);
  }
}

/** Holds while the item is the version that was read. Whether it is edited decides how large `remote` may be. */
function isUnchanged(row: Row): Expression {
  return allOf(
    { text: '#rank = :rank_', names: namesOf(['rank']), values: { ':rank_': row.rank } },
    {
      text: row.edited === undefined ? 'attribute_not_exists(#edited)' : 'attribute_exists(#edited)',
      names: namesOf(['edited']),
      values: {},
    },
  );
}

async function readRow(table: Table, skillId: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item;
}
