import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { countsOfDetected, NO_CONFLICT } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import {
  bestEffort,
  countConflicts,
  drainOutbox,
  writeAfterRecord,
} from '#adapters/dynamodb/conflicts/conflict-outbox.ts';
import { allOf, type Expression, namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import { getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import {
  attemptIf,
  isItemTooLarge,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import { KEEP_FENCE, orderCondition } from '#adapters/dynamodb/table/version-condition.ts';
import { begunConflict } from '#core/conflicts/resolve-conflict.ts';
import { SkillContendedError } from '#core/errors.ts';
import type { SkillVersion } from '#core/skills/skill.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { freshEntry, isUnreadable, type SkillEntry, type Transition } from '#core/skills/skill-entry.ts';
import { incomingVersion, type Observation } from '#core/skills/version-order.ts';
import { readDigests } from './digests.ts';
import {
  changesOf,
  isSkillId,
  type SkillItem,
  skillEntry,
  skillItem,
  skillKey,
  tooLargeTogether,
} from './skill-item.ts';

/** A change that loses this often to others of the same skill in a row is something else than bad luck. */
const MAX_TRIES = 5;

/** Nobody has edited it here, and no record of a conflict is still to be written. */
const PLAIN: Expression = {
  text: 'attribute_not_exists(#edited) AND attribute_not_exists(#settled)',
  names: namesOf(['edited', 'settled']),
  values: {},
};

/**
 * The entries of skills in DynamoDB, an item each.
 *
 * Two writes, no more: a put that reads nothing and is held by the order of versions alone, and a change that reads
 * the item and writes it if it still is that one.
 */
export function createSkillEntries(table: Table): SkillEntries {
  return {
    digests: () => readDigests(table),
    putUnlessNewer: (version, observation) => putUnlessNewer(table, version, observation),
    change: (skillId, transition) => change(table, skillId, transition),
  };
}

async function putUnlessNewer(
  table: Table,
  version: SkillVersion,
  observation: Observation,
): Promise<boolean> {
  const item = skillItem(version.skill.skill_id, freshEntry(version, observation));
  const condition = orderCondition(incomingVersion(version, observation), PLAIN);
  if (observation.fence !== undefined) return putItem(table, item, condition);
  // PutItem would forget the fence that is stored, so a writer without one updates. It costs the same units.
  const { pk, sk, fence: _none, deletedAt: _gone, ...set } = item;
  const remove = set.tags === undefined ? ['deletedAt', 'tags'] : ['deletedAt'];
  const changes = updateIf({ set, remove, ...KEEP_FENCE }, condition);
  const update = new UpdateCommand({ TableName: table.name, Key: { pk, sk }, ...changes });
  return (await attemptIf('UpdateItem', () => table.client.send(update))).held;
}

async function change<Result>(
  table: Table,
  skillId: string,
  transition: Transition<Result>,
): Promise<Result> {
  if (!isSkillId(skillId)) return transition(undefined).result;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    // A part of the item would cost as much as the whole.
    const row = await getItem(table, skillKey(skillId));
    if (row?.settled !== undefined) await drainOutbox(table, row);
    else {
      const before = row && readEntry(table, row);
      const { entry: after, result } = transition(before);
      if (after === undefined || (await write(table, { skillId, row, before, after }))) return result;
    }
  }
  throw new SkillContendedError(`Skill ${skillId} was changed by others ${MAX_TRIES} times in a row`);
}

type Write = {
  readonly skillId: string;
  /** The item as it was read, and the entry in it; undefined where there is none. */
  readonly row: Row | undefined;
  readonly before: SkillEntry | undefined;
  readonly after: SkillEntry;
};

/** Writes an entry, and then the record of the conflict that this ended. False: another writer came first. */
async function write(table: Table, { skillId, row, before, after }: Write): Promise<boolean> {
  const stored = row && before && { row, entry: before };
  const item = skillItem(skillId, after, stored);
  const { outbox } = after;
  try {
    if (!(await replace(table, row, item))) return false;
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    if (outbox === undefined) throw tooLargeTogether(skillId, item);
    const withoutOutbox = skillItem(skillId, { ...after, outbox: undefined }, stored);
    return writeAfterRecord(table, outbox, () => replace(table, row, withoutOutbox)).catch((reason) => {
      throw isItemTooLarge(reason) ? tooLargeTogether(skillId, item) : reason;
    });
  }
  const begun = begunConflict(before, after);
  if (begun) await bestEffort(table, () => countConflicts(table, countsOfDetected(begun.type)));
  if (outbox) await bestEffort(table, () => drainOutbox(table, item));
  return true;
}

/** Puts an item in the place of the one that was read. False: another one is there by now. */
async function replace(table: Table, row: Row | undefined, item: SkillItem): Promise<boolean> {
  const changes = changesOf(row, item);
  if (isSame(changes)) return true;
  const { pk, sk } = item;
  const update = updateIf(changes, row ? isUnchanged(row) : IS_ABSENT);
  const attempted = await attemptIf('UpdateItem', () =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key: { pk, sk }, ...update })),
  );
  return attempted.held || (attempted.isRepeated && (await isStored(table, item)));
}

/**
 * After a condition that failed at the SDK's repetition: did the try before it write this very item, and was only its
 * answer lost? Somebody may have written the record of its conflict since.
 */
async function isStored(table: Table, item: SkillItem): Promise<boolean> {
  const row = await getItem(table, item);
  if (row === undefined) return false;
  const isDrained = item.settled !== undefined && row.settled === undefined;
  return isSame(changesOf(row, isDrained ? { ...item, ...NO_CONFLICT } : item));
}

function isSame({ set, remove }: ReturnType<typeof changesOf>): boolean {
  return Object.keys(set).length + remove.length === 0;
}

const IS_ABSENT: Expression = { text: 'attribute_not_exists(#pk)', names: namesOf(['pk']), values: {} };

/** Holds while the item is the one that was read, and no outbox is pending: the condition of every change. */
function isUnchanged(row: Row): Expression {
  const still = (name: string): Expression =>
    row[name] === undefined
      ? { text: `attribute_not_exists(#${name})`, names: namesOf([name]), values: {} }
      : { text: `#${name} = :${name}_`, names: namesOf([name]), values: { [`:${name}_`]: row[name] } };
  return allOf(still('rank'), still('fence'), still('editRevision'), still('settled'));
}

function readEntry(table: Table, row: Row): SkillEntry {
  const entry = skillEntry(row);
  if (isUnreadable(entry)) reportUnreadable(table.log, row, 'no skill');
  else if (entry.edit && entry.edit.local === undefined) reportUnreadable(table.log, row, 'no edit');
  return entry;
}
