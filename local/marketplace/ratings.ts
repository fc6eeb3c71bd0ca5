/** The ratings that users have given, and what they do to a skill's average. */
import type { Catalog } from './catalog/catalog.ts';
import { type Announcement, isoTime, type WireRating } from './http/wire.ts';

/** What a rating says; `rating` is 1–5. */
export type RatingInput = {
  readonly skill_id: string;
  readonly user_id: string;
  readonly rating: number;
  readonly comment?: string | null;
};

/** The answer to a rating that was taken. */
export type RatingAnswer = {
  readonly success: true;
  readonly rating_id: string;
  readonly skill_id: string;
  readonly rating: number;
  readonly average_rating: number;
  readonly rating_count: number;
  readonly created_at: string;
};

/** Ratings as tests and routes use them. Values are trusted here; the routes check them. */
export type Ratings = {
  /** Takes a rating. `not_found`: no such skill; `already_rated`: by this user. */
  add(input: RatingInput): RatingAnswer | 'not_found' | 'already_rated';
  /** Changes a rating. Undefined when there is no such rating (or its skill is gone). */
  update(ratingId: string, change: { rating: number; comment?: string | null }): RatingAnswer | undefined;
  /** All ratings in the order they came, or those of one skill. */
  list(skillId?: string): WireRating[];
};

/** Makes an empty list of ratings over a catalogue. Each change moves the skill's average and time. */
export function createRatings(options: {
  catalog: Catalog;
  now: () => number;
  announce: (announcement: Announcement) => void;
}): Ratings {
  const { catalog } = options;
  const byId = new Map<string, WireRating>();
  const bySkill = new Map<string, Map<string, WireRating>>();
  /** Exact sums, by skill: an average that is rounded each time would drift. */
  const exact = new Map<string, { sum: number; average: number; count: number }>();

  const recount = (skillId: string, change: { sum: number; count: number }, rating: WireRating) => {
    const skill = catalog.get(skillId);
    if (!skill) return undefined;
    const count = Number(skill.rating_count) || 0;
    const average = Number(skill.average_rating) || 0;
    const known = exact.get(skillId);
    // Somebody may have changed the figures from outside since.
    const isCurrent = known?.count === count && known.average === average;
    const sum = (isCurrent ? known.sum : average * count) + change.sum;
    const figures = {
      average_rating: Math.round((sum / (count + change.count)) * 100) / 100,
      rating_count: count + change.count,
    };
    exact.set(skillId, { sum, average: figures.average_rating, count: figures.rating_count });
    const { updated_at } = catalog.upsertSkill({ skill_id: skillId, ...figures }, { quiet: true });
    const frame = { skill_id: skillId, rating: rating.rating, ...figures, updated_at };
    options.announce({ type: 'rating_update', json: JSON.stringify(frame) });
    return answer(rating, figures);
  };

  return {
    add: (input) => {
      if (!catalog.has(input.skill_id)) return 'not_found';
      const ofSkill = bySkill.get(input.skill_id) ?? new Map<string, WireRating>();
      if (ofSkill.has(input.user_id)) return 'already_rated';
      const rating: WireRating = {
        rating_id: `rating-${byId.size + 1}`,
        skill_id: input.skill_id,
        user_id: input.user_id,
        rating: input.rating,
        comment: input.comment ?? null,
        created_at: isoTime(options.now()),
      };
      byId.set(rating.rating_id, rating);
      bySkill.set(input.skill_id, ofSkill.set(input.user_id, rating));
      return recount(input.skill_id, { sum: input.rating, count: 1 }, rating) ?? 'not_found';
    },
    update: (ratingId, change) => {
      const rating = byId.get(ratingId);
      if (!rating || !catalog.has(rating.skill_id)) return undefined;
      const difference = change.rating - rating.rating;
      rating.rating = change.rating;
      if (change.comment !== undefined) rating.comment = change.comment;
      return recount(rating.skill_id, { sum: difference, count: 0 }, rating);
    },
    list: (skillId) => {
      const ratings = skillId === undefined ? byId.values() : (bySkill.get(skillId)?.values() ?? []);
      return [...ratings].map((rating) => ({ ...rating }));
    },
  };
}

function answer(rating: WireRating, figures: { average_rating: number; rating_count: number }): RatingAnswer {
  const { rating_id, skill_id, created_at } = rating;
  return { success: true, rating_id, skill_id, rating: rating.rating, ...figures, created_at };
}
