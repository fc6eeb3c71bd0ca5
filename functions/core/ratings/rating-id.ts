import { parseIfJson } from '#core/json/json.ts';
import { isUserId, type RatingKey } from './rating.ts';

/** The id by which the API names a rating: opaque to callers, and safe in an address. */
export function ratingIdOf({ skillId, userId }: RatingKey): string {
  return Buffer.from(JSON.stringify([skillId, userId])).toString('base64url');
}

/** The rating that such an id names; undefined for what is none. */
export function ratingKeyIn(id: string): RatingKey | undefined {
  const bytes = Buffer.from(id, 'base64url');
  // Node ignores what is no base64url: only the one spelling that was given counts.
  if (bytes.toString('base64url') !== id) return undefined;
  const value = parseIfJson(bytes.toString());
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [skillId, userId] = value;
  if (typeof skillId !== 'string' || typeof userId !== 'string' || skillId === '') return undefined;
  return isUserId(userId) && skillId.isWellFormed() ? { skillId, userId } : undefined;
}
