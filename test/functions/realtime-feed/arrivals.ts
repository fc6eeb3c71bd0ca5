import { instantFromMs } from '#core/time/instant.ts';
import type { Arrival } from '#functions/realtime-feed/coalesce-updates.ts';
import { T0, version } from '#test/contracts/versions.ts';

/** Updates as they arrive. All times are milliseconds after {@link T0}. */

export const skill = (id: string, changedAt: number, observedAt = 0, code = ''): Arrival => ({
  update: { type: 'skill_update', version: version(id, changedAt, { code }) },
  observedAt: T0 + observedAt,
  bytes: 10,
});

export const removal = (skillId: string, deletedAt: number, observedAt = 0): Arrival => ({
  update: { type: 'skill_delete', skillId, deletedAt: instantFromMs(T0 + deletedAt) },
  observedAt: T0 + observedAt,
  bytes: 1,
});

export const rating = (skillId: string, at: number, observedAt = 0): Arrival => ({
  update: {
    type: 'rating_update',
    updatedAt: instantFromMs(T0 + at),
    aggregates: { skillId, averageRating: 4, ratingCount: at, stamp: new Date(T0 + at).toISOString() },
  },
  observedAt: T0 + observedAt,
  bytes: 2,
});
