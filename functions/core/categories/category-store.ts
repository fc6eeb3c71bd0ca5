import type { Page } from '#core/page.ts';
import type { Observation, PutOutcome } from '#core/skills/version-order.ts';
import type { Category, CategoryVersion } from './category.ts';

/** A cached category with what decides about the next version. */
export type CachedCategory = {
  readonly version: CategoryVersion;
  readonly observedAt: number;
  readonly expiresAt: number;
};

export type CategoryStore = {
  /** Every stored category, expired ones included. */
  all(): Promise<readonly CachedCategory[]>;
  put(version: CategoryVersion, observation: Observation): Promise<PutOutcome>;
  remove(category: CachedCategory): Promise<boolean>;
};

/** The cached categories as readers see them, in order of their names. An expired one is absent. */
export type CategoryReader = {
  /** @throws InvalidCursorError */
  list(limit: number, cursor: string | undefined, now: number): Promise<Page<Category>>;
};
