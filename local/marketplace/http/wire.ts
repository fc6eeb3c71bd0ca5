/**
 * The shapes that travel between the marketplace and its clients (`CONTRACT.md`, section 1).
 * They describe what an honest server sends; faults may put anything else on the wire.
 */
/** A skill as the marketplace lists it. Times are ISO 8601 UTC, `average_rating` is 0–5. */
export type WireSkill = {
  readonly skill_id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly code: string;
  readonly command: string;
  readonly python_packages: string[];
  readonly npm_packages: string[];
  readonly tags: string[];
  readonly metadata: Record<string, unknown>;
  readonly category: string;
  readonly average_rating: number;
  readonly rating_count: number;
  readonly created_at: string;
  updated_at: string;
  parameters?: Record<string, unknown>;
  examples?: unknown[];
  env_vars?: Record<string, string>;
  local_files?: { readonly path: string; readonly content: string }[];
  content_hash?: string;
  /** Fields that the contract does not know are stored and served as they are. */
  [field: string]: unknown;
};

/** Some fields of a skill, named by its id; values may be of a wrong type on purpose. */
export type SkillPatch = {
  readonly skill_id: string;
  [field: string]: unknown;
};

/** A category without its count, which the catalogue keeps by itself. */
export type CategoryInput = {
  readonly name: string;
  readonly description?: string;
  readonly icon_url?: string;
  readonly created_at?: string;
};

/** A category as it is served; `skill_count` is live. */
export type WireCategory = Required<CategoryInput> & {
  readonly skill_count: number;
};

/** One user's rating of one skill, as `GET /skills/{id}` lists it. */
export type WireRating = {
  readonly rating_id: string;
  readonly skill_id: string;
  readonly user_id: string;
  rating: number;
  comment: string | null;
  readonly created_at: string;
};

/** The frame types that carry data. */
const DATA_FRAME_TYPES = ['skill_update', 'category_update', 'rating_update', 'skill_delete'] as const;

/** The type of a frame that carries data. */
type DataFrameType = (typeof DATA_FRAME_TYPES)[number];

/** A change that the feed announces: its type and its `data`, already serialized. */
export type Announcement = {
  readonly type: DataFrameType;
  readonly json: string;
};

/** Formats epoch milliseconds the way the marketplace does, e.g. `2026-02-19T10:30:00.000Z`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
