import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Observation, PutOutcome, SkillDigest } from '#core/cached-skill.ts';
import { StorageError } from '#core/errors.ts';
import type { SkillStore } from '#core/ports.ts';
import type { SkillVersion } from '#core/skill.ts';
import { readDigests } from './digests.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import { allOf, type Expression, namesOf, onlyIf, updateIf } from './expression.ts';
import { burySkill } from './skill-burial.ts';
import { putFigures } from './skill-figures.ts';
import { packedBytes, remoteSide, shardOf, skillItem, skillKey, standingOf, tooLarge } from './skill-item.ts';
import { attempt, attemptIf, isItemTooLarge, type Table } from './table.ts';
import {
  type Arrival,
  fenceConditions,
  isFenced,
  KEEP_FENCE,
  orderCondition,
  rankOf,
  type Standing,
  settle,
  tombstoneRank,
} from './version-order.ts';

/** A put that loses this often to others of the same skill in a row is something else than bad luck. */
const MAX_TRIES = 5;

const NOT_EDITED: Expression = {
  text: 'attribute_not_exists(#edited)',
  names: namesOf(['edited']),
  values: {},
};
const EDITED: Expression = { text: 'attribute_exists(#edited)', names: namesOf(['edited']), values: {} };

/**
 * The cached skills in DynamoDB, as the sync and the feed write them.
 *
 * A put is one conditional write; only when its condition fails is the item read to find out why (a failed
 * condition is billed as a write, so the sync compares digests first). `put` and `remove` may be repeated:
 * the same call twice has the same effect and the same outcome.
 *
 * @example
 * const skills = createSkillStore({ client: createDocumentClient(), name: env.TABLE_NAME, log });
 */
export function createSkillStore(table: Table): SkillStore {
  return {
    digests: () => readDigests(table),
    put: (version, observation) => put(table, version, observation),
    remove: (digest, observation) => remove(table, digest, observation),
    bury: (skillId, deletedAt, observation) => burySkill(table, skillId, deletedAt, observation),
    putFigures: (figures, observation) => putFigures(table, figures, observation),
  };
}

async function put(table: Table, version: SkillVersion, observation: Observation): Promise<PutOutcome> {
  const arrival: Arrival = { rank: rankOf(version, observation.observedAt), observation };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await putWhole(table, version, arrival)) return 'written';
    const stored = await readStanding(table, version.skill.skill_id);
    const outcome = settle(stored, arrival);
    if (outcome !== 'written') return outcome;
    if (stored?.edited && (await putBesideEdit(table, version, arrival))) return 'written';
  }
  throw new StorageError(`Skill ${version.skill.skill_id} was changed by others ${MAX_TRIES} times in a row`);
}

/** Writes the item of a skill that nobody has edited here. False: the condition does not hold. */
async function putWhole(table: Table, version: SkillVersion, arrival: Arrival): Promise<boolean> {
  const { fence } = arrival.observation;
  const item = skillItem(version, arrival.observation);
  const condition = orderCondition(arrival, NOT_EDITED);
  // PutItem would forget the fence that is stored, so a writer without one updates. It costs the same units.
  if (fence === undefined) {
    const { pk, sk, ...attributes } = item;
    const remove = attributes.tags === undefined ? ['deletedAt', 'tags'] : ['deletedAt'];
    return update(table, { pk, sk }, updateIf({ set: attributes, remove, ...KEEP_FENCE }, condition));
  }
  const { held } = await attemptIf('PutItem', () =>
    table.client.send(new PutCommand({ TableName: table.name, Item: item, ...onlyIf(condition) })),
  );
  return held;
}

/**
 * Writes only what the marketplace says, beside a local edit: `local`, `base`, `edited`, and what lists search
 * in (which speaks of the edited skill) stay as they are. False: the condition does not hold.
 */
async function putBesideEdit(table: Table, version: SkillVersion, arrival: Arrival): Promise<boolean> {
  const side = remoteSide(version, arrival.observation, { besideEdit: true });
  const condition = orderCondition(arrival, EDITED, 'an edit');
  try {
    return await update(table, skillKey(version.skill.skill_id), updateIf({ set: side }, condition));
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    const bytes = Buffer.byteLength(JSON.stringify(version.skill));
    throw tooLarge(version.skill.skill_id, bytes, packedBytes(side.remote));
  }
}

async function remove(table: Table, digest: SkillDigest, observation: Observation): Promise<boolean> {
  const { skillId, updatedAt, hash } = digest;
  const { observedAt, expiresAt, fence } = observation;
  const tombstone = {
    shard: shardOf(skillId),
    updatedAt,
    hash,
    rank: tombstoneRank(updatedAt, observedAt),
    deletedAt: observation.now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
    fence,
  };
  const forgotten = ['remote', 'category', 'tags', 'searchText'];
  const condition = allOf(isStillThere(digest, tombstone.rank), ...fenceConditions(fence));
  const isRemoved = await update(
    table,
    skillKey(skillId),
    updateIf({ set: tombstone, remove: forgotten }, condition),
  );
  return isRemoved || isTombstone(await readStanding(table, skillId), tombstone);
}

/** Holds while the item is the version of the digest, observed before us, alive and not edited here. */
function isStillThere(digest: SkillDigest, rank: string): Expression {
  return {
    text:
      'attribute_not_exists(#deletedAt) AND attribute_not_exists(#edited)' +
      ' AND #updatedAt = :u_ AND #hash = :h_ AND #rank < :rank_',
    names: namesOf(['deletedAt', 'edited', 'updatedAt', 'hash', 'rank']),
    values: { ':u_': digest.updatedAt, ':h_': digest.hash, ':rank_': rank },
  };
}

/** After a condition that failed: was it the SDK repeating a removal whose answer was lost? */
function isTombstone(
  stored: Standing | undefined,
  ours: { readonly rank: string; readonly hash: string; readonly fence: number | undefined },
): boolean {
  if (stored?.deletedAt === undefined || isFenced(stored, ours.fence)) return false;
  return stored.rank === ours.rank && stored.hash === ours.hash;
}

async function update(
  table: Table,
  key: ReturnType<typeof skillKey>,
  expressions: ReturnType<typeof updateIf>,
): Promise<boolean> {
  const { held } = await attemptIf('UpdateItem', () =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key: key, ...expressions })),
  );
  return held;
}

async function readStanding(table: Table, skillId: string) {
  const names = ['rank', 'updatedAt', 'hash', 'expiresAt', 'fence', 'deletedAt', 'edited'];
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: skillKey(skillId),
        ConsistentRead: true,
        ProjectionExpression: names.map((name) => `#${name}`).join(', '),
        ExpressionAttributeNames: namesOf(names),
      }),
    ),
  );
  return Item === undefined ? undefined : standingOf(Item);
}
