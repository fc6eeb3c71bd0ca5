import * as z from 'zod';
import { type CategoryVersion, parseCategory } from '#core/categories/category.ts';
import type { RawFrame } from '#core/feed/feed-socket.ts';
import { FEED_MESSAGE_TYPES, type FeedMessageType } from '#core/feed/feed-state.ts';
import { type JsonNumber, parseIfJson, stringify } from '#core/json/json.ts';
import { explainFault, faultIn } from '#core/json/json-fault.ts';
import { MAX_LEVELS } from '#core/json/nesting.ts';
import { numbersByName, recordId, recordTime, wireCount, wireNumber } from '#core/marketplace/wire-fields.ts';
import {
  explain,
  type ParsedRecord,
  parseSkill,
  type SkillAggregates,
  type SkillVersion,
} from '#core/skills/skill.ts';
import { type Instant, inUtc, parseInstant } from '#core/time/instant.ts';

/** What a frame with data says. */
export type FeedUpdate =
  | { readonly type: 'skill_update'; readonly version: SkillVersion }
  | { readonly type: 'category_update'; readonly version: CategoryVersion }
  | { readonly type: 'rating_update'; readonly aggregates: SkillAggregates; readonly updatedAt: Instant }
  | { readonly type: 'skill_delete'; readonly skillId: string; readonly deletedAt: Instant };

/** A frame that was understood, or the reason why it was not. */
export type ReadFrame =
  | { readonly kind: 'update'; readonly update: FeedUpdate }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'rejected'; readonly reason: string };

/** A type is the other side's text: enough of it to be recognised, and no more. */
const SHOWN_TYPE = 40;

const ratingUpdate = z.looseObject({
  skill_id: recordId,
  rating: z.number().min(1).max(5).nullish(),
  average_rating: wireNumber.refine((figure): figure is JsonNumber => figure !== null, 'must not be empty'),
  rating_count: wireCount.refine((count): count is number => count !== null, 'must not be empty'),
  updated_at: recordTime,
});

const skillDelete = z.looseObject({ skill_id: recordId, deleted_at: recordTime });

/**
 * Reads one frame. Whatever it holds, the outcome is a value: a frame that can't be used harms no other. Reasons
 * name fields and faults, never what the frame holds.
 */
export function readFrame({ text, isBinary }: RawFrame): ReadFrame {
  if (isBinary) return rejected('frame: is binary; frames are JSON text');
  const envelope = parseObject(text);
  if (envelope === undefined) return rejected('frame: is no JSON object');
  const { type, data, ...rest } = envelope;
  if (type === 'ping' || type === 'pong') return { kind: type };
  if (typeof type !== 'string') return rejected('type: is missing');
  if (!isMessageType(type)) {
    return rejected(`type: ${stringify(type.slice(0, SHOWN_TYPE).toWellFormed())} is not known`);
  }
  const fault = faultIn(rest, MAX_LEVELS);
  if (fault) return rejected(`${type}, frame: ${explainFault(fault)}`);
  const parsed = readData[type](data);
  return parsed.ok ? { kind: 'update', update: parsed.value } : rejected(`${type}, data: ${parsed.reason}`);
}

type ParsedData<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };
type ReadData = ParsedData<FeedUpdate>;

const readData: Readonly<Record<FeedMessageType, (data: unknown) => ReadData>> = {
  skill_update: (data) => mapped(parseSkill(data), (version) => ({ type: 'skill_update', version })),
  category_update: (data) => mapped(parseCategory(data), (version) => ({ type: 'category_update', version })),
  rating_update: (data) => {
    const parsed = held(ratingUpdate, data);
    if (!parsed.ok) return parsed;
    const { skill_id: skillId, average_rating: averageRating, rating_count: ratingCount } = parsed.value;
    const stamp = inUtc(parsed.value.updated_at);
    return withInstant(stamp, (updatedAt) => ({
      type: 'rating_update',
      aggregates: { skillId, averageRating, ratingCount, stamp },
      updatedAt,
    }));
  },
  skill_delete: (data) => {
    const parsed = held(skillDelete, data);
    if (!parsed.ok) return parsed;
    const { skill_id: skillId, deleted_at } = parsed.value;
    return withInstant(deleted_at, (deletedAt) => ({ type: 'skill_delete', skillId, deletedAt }));
  },
};

/** Data that no record's parser looks at, held against its schema. */
function held<T>(schema: z.ZodType<T>, data: unknown): ParsedData<T> {
  const fault = faultIn(data, MAX_LEVELS);
  if (fault) return { ok: false, reason: explainFault(fault) };
  const parsed = schema.safeParse(data, { error: numbersByName });
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: explain(parsed.error) };
}

function mapped<T>(record: ParsedRecord<T>, update: (value: T) => FeedUpdate): ReadData {
  return record.ok ? { ok: true, value: update(record.value) } : { ok: false, reason: record.reason };
}

function withInstant(text: string, update: (instant: Instant) => FeedUpdate): ReadData {
  const instant = parseInstant(text);
  return instant === undefined
    ? { ok: false, reason: 'record: has no time' }
    : { ok: true, value: update(instant) };
}

function rejected(reason: string): ReadFrame {
  return { kind: 'rejected', reason };
}

function isMessageType(type: string): type is FeedMessageType {
  return (FEED_MESSAGE_TYPES as readonly string[]).includes(type);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseIfJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
