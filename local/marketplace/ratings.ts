/** The ratings that users have given, and what they do to a skill's average. */
import type { Catalog } from './catalog/catalog.ts';
import { type Announcement, isoTime, type WireRating, type WireSkill } from './http/wire.ts';

/** What a rating says; `rating` is 1–5. */
export type RatingInput = {
  readonly skill_id: string;
  readonly user_id: string;
  readonly rating: number;
  readonly comment?: string | null;
};

/** The answer to a rating that was taken. */
export type RatingConfirmation = {
  readonly success: true;
  readonly rating_id: string;
  readonly skill_id: string;
  readonly rating: number;
  readonly average_rating: number;
  readonly rating_count: number;
  readonly created_at: string;
};

/** The average and the number of a skill's ratings, as its record has them. */
type RatingAggregates = { readonly average_rating: number; readonly rating_count: number };

/** What `Ratings` works on. */
type RatingsOptions = {
  readonly catalog: Catalog;
  readonly now: () => number;
  readonly announce: (announcement: Announcement) => void;
};

/**
 * The ratings over a catalogue, as tests and routes use them; empty at first. Each change moves the skill's average
 * and time. Values are trusted here; the routes check them.
 */
export class Ratings {
  readonly #options: RatingsOptions;
  readonly #byId = new Map<string, WireRating>();
  readonly #bySkill = new Map<string, Map<string, WireRating>>();
  /** Exact sums, by skill: an average that is rounded each time would drift. */
  readonly #exact = new Map<string, { sum: number; average: number; count: number }>();

  constructor(options: RatingsOptions) {
    this.#options = options;
  }

  /** Takes a rating. `not_found`: no such skill; `already_rated`: by this user. */
  add(input: RatingInput): RatingConfirmation | 'not_found' | 'already_rated' {
    if (!this.#options.catalog.has(input.skill_id)) return 'not_found';
    const ofSkill = this.#bySkill.get(input.skill_id) ?? new Map<string, WireRating>();
    if (ofSkill.has(input.user_id)) return 'already_rated';
    const rating: WireRating = {
      rating_id: `rating-${this.#byId.size + 1}`,
      skill_id: input.skill_id,
      user_id: input.user_id,
      rating: input.rating,
      comment: input.comment ?? null,
      created_at: isoTime(this.#options.now()),
    };
    this.#byId.set(rating.rating_id, rating);
    this.#bySkill.set(input.skill_id, ofSkill.set(input.user_id, rating));
    return this.#count(rating, { sum: input.rating, count: 1 }) ?? 'not_found';
  }

  /** Changes a rating. Undefined when there is no such rating (or its skill is gone). */
  update(
    ratingId: string,
    change: { readonly rating: number; readonly comment?: string | null },
  ): RatingConfirmation | undefined {
    const rating = this.#byId.get(ratingId);
    if (!rating || !this.#options.catalog.has(rating.skill_id)) return undefined;
    const difference = change.rating - rating.rating;
    rating.rating = change.rating;
    if (change.comment !== undefined) rating.comment = change.comment;
    return this.#count(rating, { sum: difference, count: 0 });
  }

  /** All ratings in the order they came, or those of one skill. */
  list(skillId?: string): WireRating[] {
    const ratings =
      skillId === undefined ? this.#byId.values() : (this.#bySkill.get(skillId)?.values() ?? []);
    return [...ratings].map((rating) => ({ ...rating }));
  }

  /** Adds a change to the aggregates of the rating's skill, and announces them. Undefined when the skill is gone. */
  #count(rating: WireRating, change: { sum: number; count: number }): RatingConfirmation | undefined {
    const { catalog, announce } = this.#options;
    const { skill_id } = rating;
    const skill = catalog.get(skill_id);
    if (!skill) return undefined;
    const aggregates = this.#aggregate(skill, change);
    const { updated_at } = catalog.upsertSkill({ skill_id, ...aggregates }, { quiet: true });
    const frame = { skill_id, rating: rating.rating, ...aggregates, updated_at };
    announce({ type: 'rating_update', json: JSON.stringify(frame) });
    return answerOf(rating, aggregates);
  }

  #aggregate(skill: WireSkill, change: { sum: number; count: number }): RatingAggregates {
    const count = Number(skill.rating_count) || 0;
    const average = Number(skill.average_rating) || 0;
    const known = this.#exact.get(skill.skill_id);
    // Somebody may have changed them from outside since.
    const isCurrent = known?.count === count && known.average === average;
    const sum = (isCurrent ? known.sum : average * count) + change.sum;
    const rating_count = count + change.count;
    const average_rating = Math.round((sum / rating_count) * 100) / 100;
    this.#exact.set(skill.skill_id, { sum, average: average_rating, count: rating_count });
    return { average_rating, rating_count };
  }
}

function answerOf(rating: WireRating, aggregates: RatingAggregates): RatingConfirmation {
  const { rating_id, skill_id, created_at } = rating;
  return { success: true, rating_id, skill_id, rating: rating.rating, ...aggregates, created_at };
}
