import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import { attempt, attemptIf, type Row, type Table } from '#adapters/dynamodb/table/table.ts';
import { conditionOver, KEEP_FENCE } from '#adapters/dynamodb/table/version-condition.ts';
import { StorageError } from '#core/errors.ts';
import type { Observation } from '#core/skills/version-order.ts';
import {
  compareVersions,
  type IncomingVersion,
  incomingVersion,
  NO_FENCE,
  replacingKey,
  type StoredVersion,
} from '#core/skills/version-order.ts';
import type { Instant } from '#core/time/instant.ts';
import { type SkillItem, shardOf, skillKey, standingOf, type TombstoneItem } from './skill-item.ts';

/**
 * Removals that the feed tells of. Unlike one that a listing led to, such a removal has a time of its own and
 * need not know what it removes: the tombstone stands at `deletedAt` in the order of versions, also where nothing
 * is stored yet. It has no hash, since it is no version of anything.
 */
type Burial = Omit<TombstoneItem, 'pk' | 'sk' | 'edited' | 'fence'>;

const FORGOTTEN = ['remote', 'category', 'tags', 'searchText'];
const MAX_TRIES = 5;

/**
 * Buries a skill in DynamoDB, by one conditional write. One that is edited here stays.
 *
 * @returns false when what is stored is newer or edited
 */
export async function burySkill(
  table: Table,
  skillId: string,
  deletedAt: Instant,
  observation: Observation,
): Promise<boolean> {
  const arrival = incomingVersion({ updatedAt: deletedAt, hash: '' }, observation);
  let stored: StoredVersion | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await write(table, skillId, arrival, stored)) return true;
    const row = await readRow(table, skillId);
    stored = row && standingOf(row);
    if (row?.edited !== undefined || compareVersions(stored, arrival) !== 'written') return false;
  }
  throw new StorageError(`Skill ${skillId} was changed by others ${MAX_TRIES} times in a row`);
}

async function write(
  table: Table,
  skillId: string,
  arrival: IncomingVersion,
  stored: StoredVersion | undefined,
): Promise<boolean> {
  const changes = { set: burial(skillId, arrival, stored), remove: FORGOTTEN, ...KEEP_FENCE };
  const update = updateIf(changes, conditionOver(stored, arrival, NOT_EDITED));
  const { held } = await attemptIf('UpdateItem', () =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key: skillKey(skillId), ...update })),
  );
  return held;
}

async function readRow(table: Table, skillId: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item;
}

/** The same in memory. */
export function burySkillInMemory(
  skills: MemoryTable['skills'],
  skillId: string,
  deletedAt: Instant,
  observation: Observation,
): boolean {
  const arrival = incomingVersion({ updatedAt: deletedAt, hash: '' }, observation);
  const stored = skills.get(skillId);
  const standing = stored && standingOf(stored);
  if (stored?.edited !== undefined || compareVersions(standing, arrival) !== 'written') return false;
  skills.set(skillId, {
    ...skillKey(skillId),
    ...burial(skillId, arrival, standing),
    fence: stored?.fence ?? NO_FENCE,
    ...(stored && pendingRecord(stored)),
  });
  return true;
}

/** A record that is still to be written outlives the skill. */
export function pendingRecord({
  settled,
  conflictId,
  work,
  dueAt,
}: SkillItem | TombstoneItem): Pick<TombstoneItem, 'settled' | 'conflictId' | 'work' | 'dueAt'> {
  return settled === undefined ? {} : { settled, conflictId, work, dueAt };
}

function burial(skillId: string, arrival: IncomingVersion, stored: StoredVersion | undefined): Burial {
  const { now, expiresAt } = arrival.observation;
  return {
    shard: shardOf(skillId),
    ...replacingKey(stored, arrival),
    hash: '',
    deletedAt: now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
  };
}

const NOT_EDITED = { text: 'attribute_not_exists(#edited)', names: namesOf(['edited']), values: {} };
