import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  countsOfDetected,
  readClosed,
  readOpenConflict,
} from '#adapters/dynamodb/conflicts/conflict-item.ts';
import {
  afterwards,
  countConflicts,
  finishSettled,
  writeItem,
} from '#adapters/dynamodb/conflicts/settled-conflict.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { allOf, type Expression, namesOf, onlyIf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import {
  attempt,
  attemptIf,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import { conditionOver, fenceConditions, KEEP_FENCE } from '#adapters/dynamodb/table/version-condition.ts';
import type { ConflictStrategy, OpenConflict } from '#core/conflicts/conflict.ts';
import { StorageError } from '#core/errors.ts';
import { newRunId } from '#core/runs/run-id.ts';
import {
  type ConflictEffect,
  notWritten,
  type PutResult,
  type SkillDigest,
} from '#core/skills/cached-skill.ts';
import { effectOf, type Occasion, receiveSkill } from '#core/skills/receive-skill.ts';
import type { SkillVersion } from '#core/skills/skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Observation } from '#core/skills/version-order.ts';
import {
  compareVersions,
  type IncomingVersion,
  incomingVersion,
  isFenced,
  ranksAhead,
  replacingKey,
  type StoredVersion,
  versionKey,
} from '#core/skills/version-order.ts';
import type { Random } from '#core/time/clock.ts';
import { readDigests } from './digests.ts';
import { changesOf, readEdit } from './edit-item.ts';
import { burySkill } from './skill-burial.ts';
import { putFigures } from './skill-figures.ts';
import { remoteSide, shardOf, skillItem, skillKey, standingOf } from './skill-item.ts';

/** A put that loses this often to others of the same skill in a row is something else than bad luck. */
const MAX_TRIES = 5;

/** Nobody has edited it here, and no record of a conflict is still to be written. */
const PLAIN: Expression = {
  text: 'attribute_not_exists(#edited) AND attribute_not_exists(#settled)',
  names: namesOf(['edited', 'settled']),
  values: {},
};

/** What is done about conflicts, and chance for their ids. */
export type ConflictPolicy = { readonly strategy: ConflictStrategy; readonly random: Random };

/**
 * The cached skills in DynamoDB, as the sync and the feed write them.
 *
 * A put is one conditional write; only when its condition fails is the item read to find out why (a failed
 * condition is billed as a write, so the sync compares digests first). `put` and `remove` may be repeated:
 * the same call twice has the same effect and the same outcome.
 *
 * @example
 * const table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
 * const skills = createSkillStore(table, { strategy: 'merge', random: Math.random });
 */
export function createSkillStore(table: Table, policy: ConflictPolicy): SkillStore {
  return {
    digests: () => readDigests(table),
    put: (version, observation) => put({ ...table, ...policy }, version, observation),
    remove: (digest, observation) => remove(table, digest, observation),
    bury: (skillId, deletedAt, observation) => burySkill(table, skillId, deletedAt, observation),
    putFigures: (figures, observation) => putFigures(table, figures, observation),
  };
}

async function put(
  table: Table & ConflictPolicy,
  version: SkillVersion,
  observation: Observation,
): Promise<PutResult> {
  const skillId = version.skill.skill_id;
  const arrival = incomingVersion(version, observation);
  let occasion: Occasion | undefined;
  let ours: ConflictEffect | undefined;
  let stored: StoredVersion | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await putWhole(table, version, arrival, stored)) return written(ours);
    const row = await readItem(table, skillId);
    stored = row && standingOf(row);
    const outcome = compareVersions(stored, arrival);
    if (outcome !== 'written') return notWritten(outcome, stored, arrival);
    // An answer that was lost: our conflict is there already.
    if (row && occasion && row.conflictId === occasion.newId) ours ??= await ownEffect(table, row);
    if (row?.settled !== undefined) await finishSettled(table, row);
    else if (row?.edited !== undefined) {
      occasion ??= beginOccasion(table, observation);
      const effect = await putBesideEdit(table, { version, arrival, row, occasion });
      if (effect !== 'lost') return written(effect ?? ours);
    }
  }
  throw new StorageError(`Skill ${skillId} was changed by others ${MAX_TRIES} times in a row`);
}

/** Writes the item of a skill that nobody has edited here. False: the condition does not hold. */
async function putWhole(
  table: Table,
  version: SkillVersion,
  arrival: IncomingVersion,
  stored: StoredVersion | undefined,
): Promise<boolean> {
  const { fence } = arrival.observation;
  const item = skillItem(version, arrival.observation, replacingKey(stored, arrival));
  const condition = conditionOver(stored, arrival, PLAIN);
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

function written(conflict: ConflictEffect | undefined): PutResult {
  return { outcome: 'written', ...(conflict && { conflict }) };
}

function beginOccasion({ random }: ConflictPolicy, { now }: Observation): Occasion {
  return { now: now.getTime(), newId: newRunId(now.getTime(), random) };
}

/** What our own conflict in an item tells of the write whose answer was lost. It is not counted yet. */
async function ownEffect(table: Table, row: Row): Promise<ConflictEffect> {
  const effect = { detected: true, end: readClosed(row.settled)?.strategy };
  await countDetected(table, readOpenConflict(row), effect);
  return effect;
}

type EditedPut = {
  readonly version: SkillVersion;
  readonly arrival: IncomingVersion;
  /** The item as it was read. */
  readonly row: Row;
  readonly occasion: Occasion;
};

/**
 * Takes a version in where somebody has edited the skill: what becomes of the edit, the core decides. The order
 * of versions was found to be right for the item as it was read, and the item is written only if it still is
 * that one; `lost` if not.
 */
async function putBesideEdit(
  table: Table & ConflictPolicy,
  { version, arrival, row, occasion }: EditedPut,
): Promise<ConflictEffect | undefined | 'lost'> {
  const { skill } = version;
  const { observation } = arrival;
  const stored = readEdit(row);
  if (stored === undefined) reportUnreadable(table.log, row, 'no edit');
  const decision = receiveSkill(stored, skill, table.strategy, occasion);
  const place = replacingKey(standingOf(row), arrival);
  const side = remoteSide(version, observation, { besideEdit: decision.edit !== undefined, place });
  const changes = changesOf(row, stored, skill, decision, { kind: 'put', side, now: occasion.now });
  const conditions = fenceConditions(observation.fence);
  if (!(await writeItem(table, { row, changes, closed: decision.closed, conditions }))) return 'lost';
  const effect = effectOf(stored, decision);
  await countDetected(table, decision.open, effect);
  return effect;
}

/** Counts a conflict that waits; one that ended at once is counted with its record. */
async function countDetected(
  table: Table,
  open: OpenConflict | undefined,
  effect: ConflictEffect | undefined,
): Promise<void> {
  if (open === undefined || !effect?.detected) return;
  await afterwards(table, () => countConflicts(table, countsOfDetected(open.type)));
}

async function remove(table: Table, digest: SkillDigest, observation: Observation): Promise<boolean> {
  const { skillId, hash } = digest;
  const { observedAt, expiresAt, fence, now } = observation;
  const tombstone = {
    shard: shardOf(skillId),
    // A tombstone's rank has no hash: it stands below every version of its time.
    ...versionKey({ updatedAt: digest.updatedAt, hash: '' }, observedAt),
    hash,
    deletedAt: now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
    fence,
  };
  const changes = { set: tombstone, remove: ['remote', 'category', 'tags', 'searchText'] };
  const removeIf = (condition: Expression) =>
    update(
      table,
      skillKey(skillId),
      updateIf(changes, allOf(isAlive(digest), condition, ...fenceConditions(fence))),
    );
  if (await removeIf(rankIs('<', tombstone.rank))) return true;
  const row = await readItem(table, skillId);
  if (isTombstone(row, tombstone)) return true;
  const rank = row && standingOf(row).rank;
  return rank !== undefined && ranksAhead(rank, now) && removeIf(rankIs('=', rank));
}

/** Holds while the item is the version of the digest, alive and not edited here. */
function isAlive(digest: SkillDigest): Expression {
  return {
    text:
      'attribute_not_exists(#deletedAt) AND attribute_not_exists(#edited)' +
      ' AND #updatedAt = :u_ AND #hash = :h_',
    names: namesOf(['deletedAt', 'edited', 'updatedAt', 'hash']),
    values: { ':u_': digest.updatedAt, ':h_': digest.hash },
  };
}

function rankIs(comparison: '<' | '=', rank: string): Expression {
  return { text: `#rank ${comparison} :rank_`, names: namesOf(['rank']), values: { ':rank_': rank } };
}

/** After a condition that failed: was it the SDK repeating a removal whose answer was lost? */
function isTombstone(
  row: Row | undefined,
  ours: { readonly rank: string; readonly hash: string; readonly fence: number | undefined },
): boolean {
  const stored = row && standingOf(row);
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

/** A part of the item would cost as much as the whole. */
async function readItem(table: Table, skillId: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item;
}
