/** What a marketplace can be started with. */
import { CONTRACT_SERVER_LIMITS, type ServerLimits } from './faults/limits.ts';
import type { CategoryInput, SkillPatch } from './http/wire.ts';

/** The token that works unless others are given. */
export const DEFAULT_TOKEN = 'local-marketplace-token';

/** Options of `startMarketplace`; every one may be left out. */
export type MarketplaceOptions = {
  /** TCP port; 0 = any free one. Default 0. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Decides the generated skills, minted tokens, churn and the feed's disorder. Default 1. */
  readonly seed?: number;
  /** How many skills to generate. Default 5,000. Not used with `catalog`. */
  readonly skills?: number;
  /** Given skills instead of generated ones; without categories they follow from the skills. */
  readonly catalog?: { readonly skills: Iterable<SkillPatch>; readonly categories?: Iterable<CategoryInput> };
  /** Token or tokens that are accepted. Default `DEFAULT_TOKEN`. */
  readonly token?: string | readonly string[];
  /** Rate limits, or 'off', or 'contract' (100 a minute, 10 at once). Default 'off'. */
  readonly limits?: ServerLimits | 'off' | 'contract';
  /** The server's clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Real delay before every answer, milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** Keeps the catalogue changing: `changes` (default 5) skills every `everyMs`. Default off. */
  readonly churn?: { readonly everyMs: number; readonly changes?: number };
  /** The key of a skill's id in listings; frames always say `skill_id`. Default 'skill_id'. */
  readonly idField?: 'skill_id' | 'id';
  /** `GET /categories` answers a bare array. Default false. */
  readonly bareCategories?: boolean;
  /** The key of a category's name in `GET /categories`. Default 'name'. */
  readonly categoryNameField?: 'name' | 'category';
  /** Whether `PUT /ratings/{id}` exists; false = 405, or the status to refuse with. Default true. */
  readonly ratingUpdates?: boolean | 404 | 405 | 501;
  /** The server sends `ping` frames so often, and closes sockets that are silent for 10 s. Default off. */
  readonly pingEveryMs?: number;
  /** Hears which skill changed or went, before any caller or the feed is told: the place to write it down. */
  readonly onChange?: (skillId: string) => void;
};

/** Settings that may be changed while the server runs. */
export type MarketplaceSettings = {
  limits: ServerLimits | undefined;
  latencyMs: number;
  bareCategories: boolean;
  categoryNameField: 'name' | 'category';
  ratingUpdates: true | 404 | 405 | 501;
  /** True: `GET /health` answers 503. */
  down: boolean;
};

/** The settings that the options ask for. */
export function initialSettings(options: MarketplaceOptions): MarketplaceSettings {
  return {
    limits: chooseLimits(options.limits ?? 'off'),
    latencyMs: options.latencyMs ?? 0,
    bareCategories: options.bareCategories ?? false,
    categoryNameField: options.categoryNameField ?? 'name',
    ratingUpdates: options.ratingUpdates === false ? 405 : (options.ratingUpdates ?? true),
    down: false,
  };
}

/** Turns the option into limits in force; undefined = none. */
export function chooseLimits(limits: ServerLimits | 'off' | 'contract'): ServerLimits | undefined {
  if (limits === 'off') return undefined;
  return limits === 'contract' ? CONTRACT_SERVER_LIMITS : limits;
}
