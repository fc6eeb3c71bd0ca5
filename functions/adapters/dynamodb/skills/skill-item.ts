import { fromEpochSeconds, toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { compressJson, type PackedJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { TABLE_SCHEMA } from '#adapters/dynamodb/table/table-schema.ts';
import { storedVersion } from '#adapters/dynamodb/table/version-condition.ts';
import { TooLargeError } from '#core/errors.ts';
import { spread } from '#core/json/content-hash.ts';
import { stringify } from '#core/json/json.ts';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import type { CachedSkill, SkillDigest } from '#core/skills/cached-skill.ts';
import type { Skill, SkillVersion } from '#core/skills/skill.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { observedAtOf, type StoredVersion, type VersionKey, versionKey } from '#core/skills/version-order.ts';
import { type CatalogueEntry, catalogueEntry } from './catalogue-entry.ts';

/** Every item of a skill has this sort key: room for more items beside it under the same partition key. */
export const SKILL_SORT_KEY = 'SKILL';
const PREFIX = 'SKILL#';

/** DynamoDB takes 400 KB with names and keys; from here on the JSON is compressed. */
export const MAX_TEXT_BYTES = 380 * 1_024;
/** 400 KB less what all other attributes can weigh (id, category, tags, search text: below 7 KB). */
export const MAX_COMPRESSED_BYTES = 392 * 1_024;
/** An edited skill is stored up to three times in one item: remote, base and local. */
export const MAX_TEXT_BYTES_EDITED = 100 * 1_024;

/** An expiry that DynamoDB's TTL does not reach: the end of the year 2285, in epoch seconds. */
export const NO_EXPIRY_SECONDS = 9_972_460_800;

/** When an item may no longer be served, in epoch seconds. */
export function servedUntil(item: {
  readonly expiresAt?: unknown;
  readonly edited?: unknown;
}): number | undefined {
  const until = item.edited ?? item.expiresAt;
  return typeof until === 'number' ? until : undefined;
}

/** What a put writes: the marketplace's side of a skill. */
export type RemoteSide = {
  readonly shard: string;
  /** The time that counts in the order of versions: see `VersionKey` in `version-order.ts`. */
  readonly updatedAt: string;
  readonly hash: string;
  /** See `version-order.ts`; it holds when the version was observed. */
  readonly rank: string;
  readonly expiresAt: number;
  readonly fence: number | undefined;
  readonly remote: PackedJson;
};

/** A live skill's item. */
export type SkillItem = Key &
  RemoteSide &
  CatalogueEntry & {
    /**
     * There is a local edit. It takes over from `expiresAt` as the time, in epoch seconds, until when the skill
     * may be served; `expiresAt` itself is then {@link NO_EXPIRY_SECONDS}, because DynamoDB would delete the edit with it.
     */
    readonly edited?: number;
    readonly local?: PackedJson;
    readonly base?: PackedJson;
    /** Grows with each edit and resolution, so that two at once can't both start from the same. */
    readonly editRevision?: number;
    readonly editedAt?: number;
    readonly editedBy?: string;
    /** A conflict that waits for an admin, or for its record to be written (`settled`): see `conflict-item.ts`. */
    readonly conflictId?: string;
    readonly type?: string;
    readonly severity?: string;
    readonly detectedAt?: number;
    readonly work?: string;
    readonly dueAt?: string;
    readonly settled?: PackedJson;
    readonly deletedAt?: undefined;
  };

/** What is left of a removed skill. No category, so that no list finds it. */
export type TombstoneItem = Key &
  Omit<RemoteSide, 'remote'> & {
    readonly deletedAt: number;
    readonly edited?: undefined;
    /** The record of a conflict that was still to be written when the skill was removed. */
    readonly settled?: PackedJson;
    readonly conflictId?: string;
    readonly work?: string;
    readonly dueAt?: string;
  };

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

/**
 * What a put writes of a version.
 *
 * @throws TooLargeError with the sizes, when it does not fit even compressed
 */
export function remoteSide(
  version: SkillVersion,
  observation: Observation,
  options: { readonly besideEdit?: boolean; readonly place?: VersionKey } = {},
): RemoteSide {
  const { besideEdit = false, place = versionKey(version, observation.observedAt) } = options;
  return {
    shard: shardOf(version.skill.skill_id),
    ...place,
    hash: version.hash,
    ...expiry(observation, besideEdit),
    fence: observation.fence,
    remote: packSkill(version.skill, besideEdit ? MAX_TEXT_BYTES_EDITED : MAX_TEXT_BYTES),
  };
}

function expiry({ expiresAt }: Observation, besideEdit: boolean): { expiresAt: number; edited?: number } {
  const until = toEpochSeconds(expiresAt);
  return besideEdit ? { expiresAt: NO_EXPIRY_SECONDS, edited: until } : { expiresAt: until };
}

/** The whole item of a version that nobody has edited here. @throws TooLargeError */
export function skillItem(version: SkillVersion, observation: Observation, place?: VersionKey): SkillItem {
  return {
    ...skillKey(version.skill.skill_id),
    ...remoteSide(version, observation, place ? { place } : {}),
    ...catalogueEntry(version.skill),
  };
}

/** A skill as one of `remote`, `local` and `base`: exact JSON, compressed above so many bytes. @throws TooLargeError */
export function packSkill(skill: Skill, maxTextBytes: number = MAX_TEXT_BYTES): PackedJson {
  const json = stringify(skill);
  if (json.length * 3 <= maxTextBytes) return json;
  const bytes = Buffer.byteLength(json);
  if (bytes <= maxTextBytes) return json;
  const compressed = compressJson(json);
  if (compressed.length > MAX_COMPRESSED_BYTES) throw tooLarge(skill.skill_id, bytes, compressed.length);
  return compressed;
}

/** How many bytes packed JSON takes in an item. */
export function packedBytes(packed: PackedJson): number {
  return typeof packed === 'string' ? Buffer.byteLength(packed) : packed.length;
}

/** The refusal of a skill that does not fit. */
export function tooLarge(skillId: string, bytes: number, compressedBytes: number): TooLargeError {
  return new TooLargeError(
    `Skill ${skillId} takes ${bytes} bytes, ${compressedBytes} compressed; ` +
      `the table takes ${MAX_COMPRESSED_BYTES}. Make it smaller in the marketplace.`,
  );
}

/** The live skill in an item: undefined for a tombstone, and `unreadable` for what is none at all. */
export function readSkill(row: Row): CachedSkill | 'unreadable' | undefined {
  if (row.deletedAt !== undefined) return undefined;
  const { updatedAt, hash } = row;
  const expiresAt = servedUntil(row);
  const observedAt = observedAtOf(row.rank);
  const skill = readRecord(row, 'remote');
  if (skill === undefined || typeof updatedAt !== 'string' || typeof hash !== 'string') return 'unreadable';
  if (observedAt === undefined || expiresAt === undefined) return 'unreadable';
  const local = readRecord(row, 'local');
  const base = readRecord(row, 'base');
  return {
    remote: { skill, updatedAt, hash },
    ...(local ? { local } : {}),
    ...(base ? { base } : {}),
    observedAt,
    expiresAt: new Date(fromEpochSeconds(expiresAt)),
  };
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
  };
}

/** What of an item decides about the next version. */
export function standingOf(row: Row): StoredVersion {
  return storedVersion(row, servedUntil(row));
}

/** One side of a skill; undefined where it is absent or can't be read. */
export function readRecord(row: Row, side: 'remote' | 'local' | 'base'): Skill | undefined {
  if (row[side] === undefined) return undefined;
  const value = unpackJson(row[side]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as Record<string, unknown>;
  if (record.skill_id !== skillIdOf(row.pk) || typeof record.name !== 'string') return undefined;
  return record as Skill;
}
