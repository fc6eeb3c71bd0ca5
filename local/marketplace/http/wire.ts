/**
 * The shapes that travel between the marketplace and its clients (`CONTRACT.md`, section 1).
 * They describe what an honest server sends; faults may put anything else on the wire.
 */

/** A skill as the marketplace lists it. Times are ISO 8601 UTC, `average_rating` is 0–5. */
export interface WireSkill {
  skill_id: string;
  name: string;
  description: string;
  version: string;
  code: string;
  command: string;
  python_packages: string[];
  npm_packages: string[];
  tags: string[];
  metadata: Record<string, unknown>;
  category: string;
  average_rating: number;
  rating_count: number;
  created_at: string;
  updated_at: string;
  parameters?: Record<string, unknown>;
  examples?: unknown[];
  env_vars?: Record<string, string>;
  local_files?: { path: string; content: string }[];
  content_hash?: string;
  /** Fields that the contract does not know are stored and served as they are. */
  [field: string]: unknown;
}

/** Some fields of a skill, named by its id; values may be of a wrong type on purpose. */
export interface SkillPatch {
  skill_id: string;
  [field: string]: unknown;
}

/** A category without its count, which the catalogue keeps by itself. */
export interface CategoryInput {
  name: string;
  description?: string;
  icon_url?: string;
  created_at?: string;
}

/** A category as it is served; `skill_count` is live. */
export interface WireCategory extends Required<CategoryInput> {
  skill_count: number;
}

/** One user's rating of one skill, as `GET /skills/{id}` lists it. */
export interface WireRating {
  rating_id: string;
  skill_id: string;
  user_id: string;
  rating: number;
  comment: string | null;
  created_at: string;
}

/** The frame types that carry data. */
export const DATA_FRAME_TYPES = ['skill_update', 'category_update', 'rating_update', 'skill_delete'] as const;

/** The type of a frame that carries data. */
export type DataFrameType = (typeof DATA_FRAME_TYPES)[number];

/** A change that the feed announces: its type and its `data`, already serialized. */
export interface Announcement {
  type: DataFrameType;
  json: string;
}

/** Formats epoch milliseconds the way the marketplace does, e.g. `2026-02-19T10:30:00.000Z`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
