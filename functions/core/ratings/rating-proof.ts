import { failureFieldOf } from '#core/marketplace/failure-field.ts';
import { recordId } from '#core/marketplace/wire-fields.ts';
import { parseRemoteRating, type RatingKey, type RatingValue, type RemoteRating } from './rating.ts';

/** A rating as it was sent; `ratingId` where an existing one was to be changed. */
export type SentRating = { readonly key: RatingKey; readonly value: RatingValue; readonly ratingId?: string };

/** What an answer proves: the rating that the marketplace now holds, or nothing, for this reason. */
export type Proof =
  | { readonly ok: true; readonly theirs: RemoteRating }
  | { readonly ok: false; readonly fault: string };

/**
 * Whether an answer proves that the marketplace has taken the rating that was sent. That it came with a 2xx proves
 * nothing: proxies, sign-in pages and half-broken servers say 200 too. It has to say `success: true` and to name our
 * skill and our stars. What it may leave out (the rating's id, the user, the comment) must be ours where it is given.
 *
 * A fault never quotes the answer.
 */
export function proofOf(answer: unknown, sent: SentRating): Proof {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return no('it is no object');
  const given = answer as Readonly<Record<string, unknown>>;
  const fault = faultOf(given, sent);
  if (fault !== undefined) return no(fault);
  const { key, value, ratingId } = sent;
  const theirs = parseRemoteRating({
    user_id: key.userId,
    ...value,
    rating_id: idIn(given.rating_id) ?? ratingId,
    created_at: given.created_at,
  });
  return theirs ? { ok: true, theirs } : no('it speaks of a rating that can’t be read');
}

/** The first thing that an answer about our rating would not say. */
function faultOf(given: Readonly<Record<string, unknown>>, { key, value, ratingId }: SentRating) {
  if (given.success !== true) return 'success is not true';
  if (failureFieldOf(given) !== undefined) return 'it names an error';
  if (idIn(given.skill_id) !== key.skillId) return 'skill_id is not that of the rating that was sent';
  if (given.rating !== value.rating) return 'rating is not the one that was sent';
  if (isGiven(given.rating_id)) {
    const id = idIn(given.rating_id);
    if (id === undefined) return 'rating_id can’t be read';
    if (ratingId !== undefined && id !== ratingId)
      return 'rating_id is not that of the rating that was changed';
  }
  if (isGiven(given.user_id) && idIn(given.user_id) !== key.userId)
    return 'user_id is not the one that was sent';
  if (given.comment !== undefined && !isSameComment(given.comment, value.comment)) {
    return 'comment is not the one that was sent';
  }
  return undefined;
}

/** Null is what many servers write where there is nothing. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** An id off the wire: a number is the text of its digits. */
function idIn(value: unknown): string | undefined {
  return recordId.safeParse(value).data;
}

/** Servers trim, and some compose letters: what is left may be compared. */
function isSameComment(theirs: unknown, ours = ''): boolean {
  if (theirs !== null && typeof theirs !== 'string') return false;
  return (theirs ?? '').trim().normalize() === ours.trim().normalize();
}

function no(fault: string): Proof {
  return { ok: false, fault };
}
