import { isDeepStrictEqual } from 'node:util';
import {
  type ConflictAttributes,
  conflictAttributes,
  readClosed,
  readOpenConflict,
} from '#adapters/dynamodb/conflicts/conflict-item.ts';
import { fromEpochSeconds, toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { compressJson, type PackedJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { TABLE_SCHEMA } from '#adapters/dynamodb/table/table-schema.ts';
import { storedVersion } from '#adapters/dynamodb/table/version-condition.ts';
import { TooLargeError } from '#core/errors.ts';
import { spread } from '#core/json/content-hash.ts';
import { stringify } from '#core/json/json.ts';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { SkillEdit, SkillEntry } from '#core/skills/skill-entry.ts';
import { type CatalogueEntry, catalogueEntry, NO_CATALOGUE_ENTRY } from './catalogue-entry.ts';

/** Every item of a skill has this sort key: room for more items beside it under the same partition key. */
export const SKILL_SORT_KEY = 'SKILL';
const PREFIX = 'SKILL#';

/** DynamoDB takes 400 KB with names and keys; from here on the JSON is compressed. */
const MAX_TEXT_BYTES = 380 * 1_024;
/** 400 KB less what all other attributes can weigh (id, category, tags: below 6 KB). */
const MAX_COMPRESSED_BYTES = 392 * 1_024;
/** An edited skill is stored up to three times in one item: remote, base and local. */
const MAX_TEXT_BYTES_EDITED = 100 * 1_024;

/** An expiry that DynamoDB's TTL does not reach: the end of the year 2285, in epoch seconds. */
const NO_EXPIRY_SECONDS = 9_972_460_800;

/** When an item may no longer be served, in epoch seconds. */
export function servedUntil(item: {
  readonly expiresAt?: unknown;
  readonly edited?: unknown;
}): number | undefined {
  const until = item.edited ?? item.expiresAt;
  return typeof until === 'number' ? until : undefined;
}

/** The item of a skill: a live one's or, without `remote` and category, a tombstone's, which no list finds. */
export type SkillItem = Key &
  Partial<CatalogueEntry> & {
    readonly shard: string;
    /** The time that counts in the order of versions: see `VersionKey` in `#core/skills/version-order.ts`. */
    readonly updatedAt: string | undefined;
    readonly hash: string | undefined;
    /** It holds when the version was observed. */
    readonly rank: string | undefined;
    readonly fence: number | undefined;
    readonly expiresAt: number | undefined;
    readonly deletedAt: number | undefined;
    readonly remote: unknown;
    /**
     * There is a local edit. It takes over from `expiresAt` as the time, in epoch seconds, until when the skill
     * may be served; `expiresAt` itself is then {@link NO_EXPIRY_SECONDS}, because DynamoDB would delete the edit with it.
     */
    readonly edited: number | undefined;
    readonly local: unknown;
    readonly base: unknown;
    readonly editRevision: number | undefined;
    readonly editedAt: number | undefined;
    readonly editedBy: string | undefined;
  } & ConflictAttributes;

/** Whether an id can be one of ours. Anything else is unknown, and must not reach the table as a key. */
export function isSkillId(skillId: string): boolean {
  return skillId !== '' && skillId.isWellFormed() && Buffer.byteLength(skillId) <= MAX_ID_BYTES;
}

/** The primary key of a skill. */
export function skillKey(skillId: string): Key {
  return { pk: PREFIX + skillId, sk: SKILL_SORT_KEY };
}

/** The id in a skill's partition key; undefined where it is none. */
export function skillIdOf(pk: unknown): string | undefined {
  return typeof pk === 'string' && pk.startsWith(PREFIX) ? pk.slice(PREFIX.length) : undefined;
}

/** The index partition that holds a skill. */
export function shardOf(skillId: string): string {
  return String(Math.floor(spread(skillId) * TABLE_SCHEMA.shardCount));
}

/** Every shard, in order. */
export const SHARDS: readonly string[] = Array.from({ length: TABLE_SCHEMA.shardCount }, (_, n) => String(n));

/** An entry with the item that it was read from. */
export type StoredEntry = { readonly row: Row; readonly entry: SkillEntry };

/**
 * The item of an entry. Attributes that it must not have are undefined.
 *
 * @param stored what it takes the place of: a side that stays as it is is not packed anew
 * @throws TooLargeError with the sizes, when one of its sides does not fit even compressed
 */
export function skillItem(skillId: string, entry: SkillEntry, stored?: StoredEntry): SkillItem {
  const { updatedAt, hash, rank, fence, deletedAt, edit } = entry;
  const served = edit?.local ?? entry.remote;
  return {
    ...skillKey(skillId),
    ...{ shard: shardOf(skillId), updatedAt, hash, rank, fence, deletedAt },
    ...expiry(entry),
    remote: packSide('remote', entry, stored),
    ...(served ? catalogueEntry(served) : NO_CATALOGUE_ENTRY),
    local: packSide('local', entry, stored),
    base: packSide('base', entry, stored),
    editRevision: edit?.revision,
    editedAt: edit?.editedAt,
    editedBy: edit?.editedBy,
    ...conflictAttributes(edit?.conflict, entry.outbox),
  };
}

/** What turns the stored item into another one: the attributes to set, and those to remove. */
export function changesOf(
  row: Row | undefined,
  { pk: _pk, sk: _sk, ...attributes }: SkillItem,
): { readonly set: Row; readonly remove: readonly string[] } {
  const changed = Object.entries(attributes).filter(([name, value]) => !isSameValue(row?.[name], value));
  return {
    set: Object.fromEntries(changed.filter(([, value]) => value !== undefined)),
    remove: changed.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

/** The entry in an item. What can't be read of it is absent. */
export function skillEntry(row: Row): SkillEntry {
  return {
    ...storedVersion(row, servedUntil(row)),
    remote: readSide(row, 'remote'),
    edit: readEdit(row),
    outbox: readClosed(row.settled),
  };
}

function readEdit(row: Row): SkillEdit | undefined {
  if (row.edited === undefined) return undefined;
  const { editRevision, editedAt, editedBy } = row;
  return {
    local: readSide(row, 'local'),
    base: readSide(row, 'base'),
    conflict: readOpenConflict(row),
    revision: typeof editRevision === 'number' ? editRevision : undefined,
    editedAt: typeof editedAt === 'number' ? editedAt : undefined,
    editedBy: typeof editedBy === 'string' ? editedBy : undefined,
  };
}

function expiry({ expiresAt, edit }: SkillEntry): Pick<SkillItem, 'expiresAt' | 'edited'> {
  const until = expiresAt === undefined ? undefined : toEpochSeconds(expiresAt);
  return edit ? { expiresAt: NO_EXPIRY_SECONDS, edited: until } : { expiresAt: until, edited: undefined };
}

type Side = 'remote' | 'local' | 'base';

function packSide(side: Side, entry: SkillEntry, stored: StoredEntry | undefined): unknown {
  const skill = sideOf(entry, side);
  const isEdited = entry.edit !== undefined;
  if (stored && isEdited === (stored.entry.edit !== undefined) && skill === sideOf(stored.entry, side)) {
    return stored.row[side];
  }
  return skill && packSkill(skill, isEdited ? MAX_TEXT_BYTES_EDITED : MAX_TEXT_BYTES);
}

function sideOf({ remote, edit }: SkillEntry, side: Side): Skill | undefined {
  return side === 'remote' ? remote : edit?.[side];
}

/** Whether two attribute values are the same. DynamoDB gives bytes as another class than they were written with. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return isDeepStrictEqual(a, b);
}

/** A skill as one of `remote`, `local` and `base`: exact JSON, compressed above so many bytes. @throws TooLargeError */
function packSkill(skill: Skill, maxTextBytes: number): PackedJson {
  const json = stringify(skill);
  if (json.length * 3 <= maxTextBytes) return json;
  const bytes = Buffer.byteLength(json);
  if (bytes <= maxTextBytes) return json;
  const compressed = compressJson(json);
  if (compressed.length > MAX_COMPRESSED_BYTES) throw tooLarge(skill.skill_id, bytes, compressed.length);
  return compressed;
}

/** The refusal of an entry whose sides do not fit into one item together, with the bytes that they take. */
export function tooLargeTogether(
  skillId: string,
  { remote, local, base, settled }: SkillItem,
): TooLargeError {
  const bytes = [remote, local, base, settled].reduce<number>((sum, side) => sum + packedBytes(side), 0);
  return tooLarge(skillId, bytes, bytes);
}

function packedBytes(packed: unknown): number {
  if (typeof packed === 'string') return Buffer.byteLength(packed);
  return packed instanceof Uint8Array ? packed.length : 0;
}

function tooLarge(skillId: string, bytes: number, compressedBytes: number): TooLargeError {
  return new TooLargeError(
    `Skill ${skillId} takes ${bytes} bytes, ${compressedBytes} compressed; ` +
      `the table takes ${MAX_COMPRESSED_BYTES}. Make it smaller in the marketplace.`,
  );
}

/** The digest in an entry of the `digests` index; undefined where it is none. */
export function readDigest(row: Row): SkillDigest | undefined {
  const { pk, updatedAt, hash, deletedAt } = row;
  const expiresAt = servedUntil(row);
  const skillId = skillIdOf(pk);
  if (skillId === undefined || typeof updatedAt !== 'string' || typeof hash !== 'string') return undefined;
  if (expiresAt === undefined) return undefined;
  return {
    skillId,
    updatedAt,
    hash,
    expiresAt: fromEpochSeconds(expiresAt),
    tombstone: deletedAt !== undefined,
    ...(row.edited === undefined ? {} : { edited: true }),
  };
}

/** One side of a skill; undefined where it is absent or can't be read. */
function readSide(row: Row, side: Side): Skill | undefined {
  if (row[side] === undefined) return undefined;
  const value = unpackJson(row[side]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as Record<string, unknown>;
  if (record.skill_id !== skillIdOf(row.pk) || typeof record.name !== 'string') return undefined;
  return record as Skill;
}
