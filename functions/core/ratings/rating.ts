import * as z from 'zod';
import { contentHash } from '#core/json/content-hash.ts';
import { explainFault, faultIn, JsonFaultKind } from '#core/json/json-fault.ts';
import { MAX_LEVELS } from '#core/json/nesting.ts';
import { numbersByName, recordId } from '#core/marketplace/wire-fields.ts';
import { explain } from '#core/skills/skill.ts';
import { type Instant, instantToMs, parseInstant } from '#core/time/instant.ts';

/** Where a rating is on its way to the marketplace. See docs/ratings.md for the state machine. */
export const RatingStatus = {
  /** Waits for the next rating sync. */
  pending: 'pending',
  /** A message for it is in the queue, or an upload of it is under way. */
  queued: 'queued',
  /** The marketplace holds what we hold. */
  synced: 'synced',
  /** The last upload failed; it has a next attempt, or was refused for good. */
  failed: 'failed',
  /** Every attempt failed: its message is in the dead letters, an operator decides. */
  deadLettered: 'dead_lettered',
} as const;
export type RatingStatus = (typeof RatingStatus)[keyof typeof RatingStatus];

/** Each user rates a skill once. */
export type RatingKey = { readonly skillId: string; readonly userId: string };

/** What a rating says: 1–5, with a comment or without. */
export type RatingValue = { readonly rating: number; readonly comment?: string };

/** The key alone, of whatever has one. */
export function ratingKeyOf({ skillId, userId }: RatingKey): RatingKey {
  return { skillId, userId };
}

/** The value alone, of whatever has one. */
export function ratingValueOf({ rating, comment }: RatingValue): RatingValue {
  return { rating, ...(comment ? { comment } : {}) };
}

export const MAX_COMMENT_LENGTH = 1_000;
/** Longest user id in UTF-8 bytes: it is part of a sort key. */
export const MAX_USER_ID_BYTES = 512;
/** A comment of the marketplace may be longer than one of ours; one that is longer than this is no comment. */
const MAX_REMOTE_COMMENT_LENGTH = 10_000;

/** Why an upload failed last. A final one is not tried again by itself. */
export type RatingFailure = {
  readonly code: string;
  readonly message: string;
  readonly failedAt: number;
  readonly final: boolean;
};

/** What the marketplace was known to hold of this rating when it told us last. */
export type RatingBase = {
  readonly ratingId?: string;
  /** The marketplace's own time of it; undefined where it did not say. */
  readonly stamp?: Instant;
  readonly fingerprint: string;
  /** When we learned it, by our clock (ms since 1970): an answer that left earlier knows less. */
  readonly knownAt: number;
};

/** The right to upload a rating, of one message at a time. It ends by itself when its function was killed. */
type RatingClaim = { readonly id: string; readonly until: number };

/** A rating as it is kept here. Times are milliseconds since 1970. */
export type Rating = RatingKey &
  RatingValue & {
    /** When the user gave it. Of one that came from the marketplace: its time there. */
    readonly ratedAt: number;
    /** Raised by each rating given here; 0 for one that came from the marketplace only. */
    readonly revision: number;
    /** The last revision that the marketplace has taken, or that gave way to what it had. */
    readonly syncedRevision: number;
    readonly syncedAt?: number;
    readonly status: RatingStatus;
    /** When the rating sync has to look after it; undefined once it is synced. {@link NEVER_MS} after a final failure. */
    readonly dueAt?: number;
    readonly queuedAt?: number;
    /** The run that queued it last. */
    readonly runId?: string;
    readonly claim?: RatingClaim;
    readonly base?: RatingBase;
    /** Fingerprints of what was sent since `base` without our knowing what became of it. */
    readonly sent: readonly string[];
    readonly failure?: RatingFailure;
    readonly nextAttemptAt?: number;
    /** Failed attempts since it was given, or retried by hand. */
    readonly retryCount: number;
    readonly lastRetryAt?: number;
    /** How often the item has been written; the store's affair. */
    readonly version: number;
  };

/** 9999-12-31: the `dueAt` of what nobody has to look after, but which is to be listed. */
export const NEVER_MS = Date.UTC(9999, 11, 31);

/** A rating as the marketplace has it. */
export type RemoteRating = RatingValue & {
  readonly userId: string;
  readonly ratingId?: string;
  readonly stamp?: Instant;
};

/** An answer of the marketplace with what is needed to weigh it. */
export type AnswerMeta = {
  /** When the question left, by our clock. */
  readonly requestedAt: number;
  /** How far the marketplace's clock is ahead of ours, by the answer's `Date`; 0 where they agree. */
  readonly clockAheadMs: number;
};

/** What a message in the queue says: enough to find the rating, nothing that could be out of date. */
export type UploadMessage = RatingKey & { readonly revision: number };

/** Tells values apart. An empty comment is none: servers differ in what they make of it. */
export function fingerprintOf({ rating, comment }: RatingValue): string {
  return contentHash([rating, comment || null]);
}

const remoteSchema = z.object({
  user_id: recordId,
  rating: z.int().min(1).max(5),
  comment: z.string().max(MAX_REMOTE_COMMENT_LENGTH).nullish(),
  rating_id: recordId.nullish().catch(undefined),
  created_at: z.string().nullish().catch(undefined),
});

/** Whether a user can be called so: not empty, well-formed, and no longer than a key allows. */
export function isUserId(id: string): boolean {
  return id.trim() !== '' && id.isWellFormed() && Buffer.byteLength(id) <= MAX_USER_ID_BYTES;
}

/** A rating off the wire; undefined for what is none. A time that can't be read is no time. */
export function parseRemoteRating(record: unknown): RemoteRating | undefined {
  const read = readRemoteRating(record);
  return read.ok ? read.rating : undefined;
}

/** A rating that the marketplace lists and that can't be read. */
export type UnreadableRating = {
  /** Whose it is; undefined where not even that can be read. */
  readonly userId: string | undefined;
  /** A name for it: its user's, or one that the same record always has. */
  readonly name: string;
  /** The fields and what is wrong with them; their values are not quoted. */
  readonly fault: string;
};

/** A rating off the wire, or why it is none. The whole record is looked at, also what of it is not kept. */
export function readRemoteRating(
  record: unknown,
):
  | { readonly ok: true; readonly rating: RemoteRating }
  | { readonly ok: false; readonly unreadable: UnreadableRating } {
  const fault = faultIn(record, MAX_LEVELS);
  if (fault?.kind === JsonFaultKind.tooDeep) {
    // No hash of it: that would go as deep.
    const unreadable = { userId: undefined, name: 'no-id-too-deep', fault: explainFault(fault) };
    return { ok: false, unreadable };
  }
  const parsed = remoteSchema.safeParse(record, { error: numbersByName });
  if (fault === undefined && parsed.success) return { ok: true, rating: remoteRating(parsed.data) };
  const userId = userIdIn(record);
  const name = userId ?? `no-id-${contentHash(record ?? null)}`;
  const reason = fault ? explainFault(fault) : parsed.success ? '' : explain(parsed.error);
  return { ok: false, unreadable: { userId, name, fault: reason } };
}

function userIdIn(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  return recordId.safeParse((record as { readonly user_id?: unknown }).user_id).data;
}

function remoteRating(wire: z.output<typeof remoteSchema>): RemoteRating {
  const { user_id, rating, comment, rating_id, created_at } = wire;
  const stamp = created_at ? parseInstant(created_at) : undefined;
  return {
    userId: user_id,
    rating,
    ...(comment ? { comment } : {}),
    ...(rating_id ? { ratingId: rating_id } : {}),
    ...(stamp === undefined ? {} : { stamp }),
  };
}

/** Where both hold something else: who has the newer rating. */
export type RatingVerdict =
  /** Both say the same. */
  | 'equal'
  /** Only ours has moved: what the marketplace has is what we knew, or an older revision of ours. */
  | 'ours_only'
  /** Only theirs has moved. */
  | 'theirs_only'
  /** Both moved, ours later. */
  | 'ours'
  /** Both moved, theirs later or at the same time. */
  | 'theirs';

/**
 * Compares a rating with the marketplace's.
 *
 * What we know of the marketplace's own last state decides where it can: no clock is needed to see that only one
 * side has moved. Only where both have, or where nothing is known, are two clocks compared, theirs put right by the
 * `Date` of the answer. A rating without a time is older than any other. At the same millisecond theirs stays: it is
 * public already, and a write on a guess would help nobody.
 */
export function compareRatings(ours: Rating, theirs: RemoteRating, clockAheadMs: number): RatingVerdict {
  const fingerprint = fingerprintOf(theirs);
  if (fingerprint === fingerprintOf(ours)) return 'equal';
  const isSettled = ours.status === RatingStatus.synced;
  if (!isSettled && (ours.sent.includes(fingerprint) || isBase(ours.base, theirs, fingerprint))) {
    return 'ours_only';
  }
  if (isSettled) return 'theirs_only';
  return timeOf(theirs, clockAheadMs) >= ours.ratedAt ? 'theirs' : 'ours';
}

/** When a marketplace's rating was given, by our clock. */
export function timeOf({ stamp }: RemoteRating, clockAheadMs: number): number {
  return stamp === undefined ? 0 : instantToMs(stamp) - clockAheadMs;
}

function isBase(base: RatingBase | undefined, theirs: RemoteRating, fingerprint: string): boolean {
  if (base?.fingerprint !== fingerprint) return false;
  return base.stamp === undefined || theirs.stamp === undefined || base.stamp === theirs.stamp;
}

/** What is known of the marketplace once it has told us. Its id for the rating is kept where it does not repeat it. */
export function baseOf(theirs: RemoteRating, knownAt: number, before?: RatingBase): RatingBase {
  const ratingId = theirs.ratingId ?? before?.ratingId;
  return {
    ...(ratingId === undefined ? {} : { ratingId }),
    ...(theirs.stamp === undefined ? {} : { stamp: theirs.stamp }),
    fingerprint: fingerprintOf(theirs),
    knownAt,
  };
}
