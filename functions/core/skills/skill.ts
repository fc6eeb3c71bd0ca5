import * as z from 'zod';
import { answerBytes, exceeds, MAX_SKILL_BYTES } from '#core/answer-size.ts';
import { contentHash } from '#core/json/content-hash.ts';
import type { JsonNumber } from '#core/json/json.ts';
import { explainFault, faultIn } from '#core/json/json-fault.ts';
import { MAX_LEVELS } from '#core/json/nesting.ts';
import {
  numbersByName,
  orderingTime,
  recordId,
  tagsLeftOut,
  wireCount,
  wireNumber,
  wireObject,
  wireTags,
  wireVersion,
} from '#core/marketplace/wire-fields.ts';
import { BEGINNING_OF_TIME, type Instant, inUtc, parseInstant } from '#core/time/instant.ts';

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
  readonly average_rating?: JsonNumber | null;
  readonly rating_count?: number | null;
  /** Kept as it came where it is no time: nothing goes by it. */
  readonly created_at?: unknown;
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
  | {
      readonly ok: true;
      readonly id: string;
      readonly value: T;
      /** What of the record was left out, and why. */
      readonly leftOut?: string | undefined;
    }
  | { readonly ok: false; readonly id: string | undefined; readonly reason: string };

const text = z.string().nullish();
const textList = z.array(z.string()).nullish();

/** A skill's name: what every skill has beside its id. */
export const skillName = z.string().regex(/\S/, 'must not be empty');

/** What a local edit can set. The marketplace's records are read with more patience, see `wire-fields.ts`. */
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
  version: wireVersion.nullish(),
  tags: wireTags.nullish(),
  metadata: wireObject.nullish(),
  average_rating: wireNumber.nullish(),
  rating_count: wireCount.nullish(),
  created_at: z.unknown().optional(),
  updated_at: orderingTime,
});

/**
 * Reads one skill record off the wire. Only `skill_id` (or `id`) and `name` are required; a known field that can't be
 * read refuses the record where that would harm a reader or the order of versions. An unknown field is kept. A record
 * that is too large to be answered is refused.
 */
export function parseSkill(raw: unknown): ParsedRecord<SkillVersion> {
  const record = withIdFrom(raw, 'skill_id', 'id');
  const refused = refuseFaulty(record, 'skill_id');
  if (refused) return refused;
  const parsed = wireSkill.safeParse(record, { error: numbersByName });
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
  const leftOut = tagsLeftOut((record as Record<string, unknown>).tags);
  return { ok: true, id: skill.skill_id, value: versionOf(skill), leftOut };
}

/** Why a skill can't be answered, and so must not be stored: a list could not be passed beyond it. */
export function whyTooLarge(skill: Skill): string | undefined {
  if (!exceeds(MAX_SKILL_BYTES, skill)) return undefined;
  return `takes ${answerBytes(skill)} bytes in an answer, where a skill may take ${MAX_SKILL_BYTES}: make it smaller`;
}

/** The version that a skill record stands for. `updated_at` counts, else `created_at`, else the beginning of time. */
export function versionOf(skill: Skill): SkillVersion {
  return {
    skill,
    updatedAt: instantIn(skill.updated_at) ?? instantIn(skill.created_at) ?? BEGINNING_OF_TIME,
    hash: contentHash(skill),
  };
}

function instantIn(stamp: unknown): Instant | undefined {
  return typeof stamp === 'string' ? parseInstant(stamp) : undefined;
}

/** A skill's rating aggregates as they are at one time. */
export type SkillAggregates = {
  readonly skillId: string;
  readonly averageRating: JsonNumber;
  readonly ratingCount: number;
  /** `updated_at` as the marketplace wrote it, in UTC: a listing has it in the same letters, and so the same hash. */
  readonly stamp: string;
};

/** The version that new aggregates make of a skill: they and their time change, all else stays. */
export function withAggregates(
  skill: Skill,
  { averageRating, ratingCount, stamp }: SkillAggregates,
): SkillVersion {
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
  if (!isMissing(record[name]) || isMissing(record[otherName])) return record;
  const { [name]: _none, [otherName]: id, ...rest } = record;
  return { [name]: id, ...rest };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

/**
 * The refusal of a record that holds what none may (see `json-fault.ts`): it could not be hashed, stored or answered,
 * or would harm who reads it. Undefined for others.
 */
export function refuseFaulty(
  record: unknown,
  idName: string,
): Extract<ParsedRecord<never>, { ok: false }> | undefined {
  const fault = faultIn(record, MAX_LEVELS);
  return fault && { ok: false, id: readableId(record, idName), reason: explainFault(fault) };
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
