import * as z from 'zod';
import { answerBytes, exceeds, MAX_SKILL_BYTES } from './answer-size.ts';
import { contentHash } from './content-hash.ts';
import { BEGINNING_OF_TIME, type Instant, inUtc, parseInstant } from './instant.ts';
import { isDeeperThan, MAX_LEVELS } from './nesting.ts';

/** A skill as the marketplace describes it. Fields that we don't know are kept as they came. */
export type Skill = {
  readonly skill_id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly version?: string | null;
  readonly code?: string | null;
  readonly command?: string | null;
  readonly python_packages?: readonly string[] | null;
  readonly npm_packages?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  readonly category?: string | null;
  readonly average_rating?: number | null;
  readonly rating_count?: number | null;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly [field: string]: unknown;
};

/** One version of a skill, with what decides which of two versions is the newer one. */
export type SkillVersion = {
  readonly skill: Skill;
  /** When the marketplace changed it; {@link BEGINNING_OF_TIME} where it does not say. */
  readonly updatedAt: Instant;
  /** Hash of the whole record, so that a change of any field is a change. */
  readonly hash: string;
};

/** What became of one record of a page: a usable version, or a refusal with its reason. */
export type ParsedRecord<T> =
  | { readonly ok: true; readonly id: string; readonly value: T }
  | { readonly ok: false; readonly id: string | undefined; readonly reason: string };

/** Longest id in UTF-8 bytes: well below DynamoDB's 2,048 for a key, and what an audit line can show. */
export const MAX_ID_BYTES = 512;

/** A record's id off the wire. */
export const recordId = z
  .union([z.string(), z.int()])
  .transform(String)
  .refine((id) => id.trim() !== '', 'must not be empty')
  .refine((id) => Buffer.byteLength(id) <= MAX_ID_BYTES, `must not exceed ${MAX_ID_BYTES} bytes`)
  // A lone surrogate can't be written as UTF-8: it would come back as another id.
  .refine((id) => id.isWellFormed(), 'must be well-formed unicode');

/** A time off the wire. */
export const recordTime = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, 'is not an ISO 8601 time');
const time = recordTime.nullish();
const text = z.string().nullish();
const textList = z.array(z.string()).nullish();

/** A skill's name: what every skill has beside its id. */
export const skillName = z.string().min(1, 'must not be empty');

/** What a skill is made of, wherever it comes from: off the wire or from a local edit. */
export const skillContent = {
  description: text,
  version: text,
  code: text,
  command: text,
  python_packages: textList,
  npm_packages: textList,
  tags: textList,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  category: text,
};

const wireSkill = z.looseObject({
  skill_id: recordId,
  name: skillName,
  ...skillContent,
  average_rating: z.number().nullish(),
  rating_count: z.int().nonnegative().nullish(),
  created_at: time,
  updated_at: time,
});

/**
 * Reads one skill record off the wire. Only `skill_id` (or `id`) and `name` are required; a known field of a
 * wrong type refuses the record, an unknown field is kept. A record that is too large to be answered is refused.
 */
export function parseSkill(raw: unknown): ParsedRecord<SkillVersion> {
  const record = withIdFrom(raw, 'skill_id', 'id');
  const tooDeep = refuseTooDeep(record, 'skill_id');
  if (tooDeep) return tooDeep;
  const parsed = wireSkill.safeParse(record);
  if (!parsed.success)
    return { ok: false, id: readableId(record, 'skill_id'), reason: explain(parsed.error) };
  const { updated_at, created_at, ...rest } = parsed.data;
  const skill: Skill = {
    ...rest,
    ...(created_at === undefined ? {} : { created_at: inUtc(created_at) }),
    ...(updated_at === undefined ? {} : { updated_at: inUtc(updated_at) }),
  };
  const tooLarge = whyTooLarge(skill);
  if (tooLarge) return { ok: false, id: skill.skill_id, reason: `record: ${tooLarge}` };
  return { ok: true, id: skill.skill_id, value: versionOf(skill) };
}

/** Why a skill can't be answered, and so must not be stored: a list could not be passed beyond it. */
export function whyTooLarge(skill: Skill): string | undefined {
  if (!exceeds(MAX_SKILL_BYTES, skill)) return undefined;
  return `takes ${answerBytes(skill)} bytes in an answer, where a skill may take ${MAX_SKILL_BYTES}: make it smaller`;
}

/** The version that a skill record stands for. `updated_at` counts, else `created_at`, else the beginning of time. */
export function versionOf(skill: Skill): SkillVersion {
  const stamp = skill.updated_at ?? skill.created_at;
  return {
    skill,
    updatedAt: (stamp && parseInstant(stamp)) || BEGINNING_OF_TIME,
    hash: contentHash(skill),
  };
}

/** A skill's rating figures as they are at one time. */
export type SkillFigures = {
  readonly skillId: string;
  readonly averageRating: number;
  readonly ratingCount: number;
  /** `updated_at` as the marketplace wrote it, in UTC: a listing has it in the same letters, and so the same hash. */
  readonly stamp: string;
};

/** The version that new figures make of a skill: they and their time change, all else stays. */
export function withFigures(skill: Skill, { averageRating, ratingCount, stamp }: SkillFigures): SkillVersion {
  return versionOf({
    ...skill,
    average_rating: averageRating,
    rating_count: ratingCount,
    updated_at: inUtc(stamp),
  });
}

/**
 * Gives a record its id under the name that we use. Some servers call it by another one (`id`, `category`);
 * then that other name goes, so that one record has one id.
 */
export function withIdFrom(raw: unknown, name: string, otherName: string): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const record = raw as Record<string, unknown>;
  if (record[name] !== undefined || record[otherName] === undefined) return record;
  const { [otherName]: id, ...rest } = record;
  return { [name]: id, ...rest };
}

/** The refusal of a record that is nested too deeply to be hashed, stored or answered; undefined for others. */
export function refuseTooDeep(
  record: unknown,
  idName: string,
): Extract<ParsedRecord<never>, { ok: false }> | undefined {
  if (!isDeeperThan(MAX_LEVELS, record)) return undefined;
  return {
    ok: false,
    id: readableId(record, idName),
    reason: `record: must not be nested deeper than ${MAX_LEVELS} levels`,
  };
}

/** Every fault of a record in one sentence, each with the field it is about. */
export function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.length > 0 ? issue.path.join('.') : 'record'}: ${issue.message}`)
    .join('; ');
}

/** The id of a record that was refused, as far as it has a readable one. */
export function readableId(record: unknown, name: string): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const id = (record as Record<string, unknown>)[name];
  const parsed = recordId.safeParse(id);
  return parsed.success ? parsed.data : undefined;
}
