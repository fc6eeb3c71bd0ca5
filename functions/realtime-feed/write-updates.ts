import type { CategoryStore } from '#core/categories/category-store.ts';
import type { ConflictEffect } from '#core/conflicts/decide-edit.ts';
import { TooLargeError } from '#core/errors.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Observation } from '#core/skills/version-order.ts';
import type { Now } from '#core/time/clock.ts';
import type { Arrival, Pending } from './coalesce-updates.ts';
import { createObservations, type Observations } from './order-observations.ts';

export type WriteDeps = {
  readonly skills: Pick<SkillStore, 'put' | 'tombstone' | 'putAggregates'>;
  readonly categories: Pick<CategoryStore, 'put'>;
  /** How long an entry lives from its writing. */
  readonly ttlMs: number;
  readonly now: Now;
  /** What has been written before. Default: nothing. */
  readonly observations?: Observations;
  /** Keeps what can't be stored with its reason. */
  readonly refuse: (key: string, reason: string) => void;
  /** Hears of a conflict with a local edit that a version began or ended. */
  readonly conflict: (effect: ConflictEffect) => void;
};

/**
 * Makes the writer of what came over the feed. It goes through the same door as the polls: whether a version is
 * newer than what is stored is decided there, so every outcome of a write settles the update.
 *
 * @throws StorageError from the writer; what can't be stored at all is refused instead
 */
export function createUpdateWriter(deps: WriteDeps): (pending: Pending) => Promise<void> {
  const { observations = createObservations() } = deps;
  return async ({ key, change, aggregates }) => {
    for (const arrival of [change, aggregates]) {
      if (arrival === undefined) continue;
      try {
        await write(deps, { ...arrival, observedAt: observations.next(key, arrival.observedAt) });
      } catch (error) {
        if (!(error instanceof TooLargeError)) throw error;
        deps.refuse(key, error.message);
      }
    }
  };
}

async function write(deps: WriteDeps, { update, observedAt }: Arrival): Promise<void> {
  const observation = observe(deps, observedAt);
  switch (update.type) {
    case 'skill_update': {
      const { conflict } = await deps.skills.put(update.version, observation);
      if (conflict) deps.conflict(conflict);
      return;
    }
    case 'skill_delete':
      await deps.skills.tombstone(update.skillId, update.deletedAt, observation);
      return;
    case 'rating_update':
      await deps.skills.putAggregates(update.aggregates, observation);
      return;
    case 'category_update':
      await deps.categories.put(update.version, observation);
  }
}

/** The feed has no lease that a sync's writes are fenced with: the order of versions alone decides. */
function observe({ now, ttlMs }: WriteDeps, observedAt: number): Observation {
  const nowMs = now();
  return { observedAt, now: new Date(nowMs), expiresAt: new Date(nowMs + ttlMs), fence: undefined };
}
