import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Observation } from '#core/cached-skill.ts';
import type { Instant } from '#core/instant.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import { namesOf, updateIf } from './expression.ts';
import type { MemoryTable } from './memory-table.ts';
import { type SkillItem, shardOf, skillKey, standingOf, type TombstoneItem } from './skill-item.ts';
import { attemptIf, type Table } from './table.ts';
import {
  type Arrival,
  KEEP_FENCE,
  NO_FENCE,
  orderCondition,
  settle,
  tombstoneRank,
} from './version-order.ts';

/**
 * Removals that the feed tells of. Unlike one that a listing led to, such a removal has a time of its own and
 * need not know what it removes: the tombstone stands at `deletedAt` in the order of versions, also where nothing
 * is stored yet. It has no hash, since it is no version of anything.
 */
type Burial = Omit<TombstoneItem, 'pk' | 'sk' | 'edited' | 'fence'>;

const FORGOTTEN = ['remote', 'category', 'tags', 'searchText'];

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
  const { rank, ...tombstone } = burial(skillId, deletedAt, observation);
  const condition = orderCondition({ rank, observation }, NOT_EDITED);
  const changes = { set: { ...tombstone, rank }, remove: FORGOTTEN, ...KEEP_FENCE };
  const { held } = await attemptIf('UpdateItem', () =>
    table.client.send(
      new UpdateCommand({ TableName: table.name, Key: skillKey(skillId), ...updateIf(changes, condition) }),
    ),
  );
  return held;
}

/** The same in memory. */
export function burySkillInMemory(
  skills: MemoryTable['skills'],
  skillId: string,
  deletedAt: Instant,
  observation: Observation,
): boolean {
  const tombstone = burial(skillId, deletedAt, observation);
  const stored = skills.get(skillId);
  const arrival: Arrival = { rank: tombstone.rank, observation };
  if (stored?.edited !== undefined) return false;
  if (settle(stored && standingOf(stored), arrival) !== 'written') return false;
  skills.set(skillId, {
    ...skillKey(skillId),
    ...tombstone,
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

function burial(skillId: string, deletedAt: Instant, { observedAt, now, expiresAt }: Observation): Burial {
  return {
    shard: shardOf(skillId),
    updatedAt: deletedAt,
    hash: '',
    rank: tombstoneRank(deletedAt, observedAt),
    deletedAt: now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
  };
}

const NOT_EDITED = { text: 'attribute_not_exists(#edited)', names: namesOf(['edited']), values: {} };
