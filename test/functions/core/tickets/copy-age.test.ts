import { describe, expect, it } from 'vitest';
import { copyAgeMs, syncedUntil } from '#core/tickets/copy-age.ts';

describe('copyAgeMs', () => {
  it.each([
    ['nothing is known', undefined, {}, undefined],
    [
      'no export of this account was whole, whatever the worker did before',
      {},
      { sourceReadAt: 900 },
      undefined,
    ],
    ['something came in last', { completedAt: 900 }, { sourceReadAt: 800 }, 100],
    ['the last syncs found nothing new', { completedAt: 100 }, { sourceReadAt: 950 }, 50],
    ['the worker has no state', { completedAt: 400 }, {}, 600],
    ['a clock was ahead', { completedAt: 2_000 }, {}, 0],
  ])('is right where %s', (_, state, worker, age) => {
    expect(copyAgeMs(state, worker, 1_000)).toBe(age);
  });
});

describe('syncedUntil', () => {
  it.each([
    ['nothing is known', undefined, {}, undefined],
    ['no export was whole', {}, { sourceReadAt: 900_000 }, undefined],
    ['something came in last', { completedAt: 900_000 }, { sourceReadAt: 800_000 }, 840_000],
    ['the last syncs found nothing new', { completedAt: 100_000 }, { sourceReadAt: 950_000 }, 890_000],
  ])('leaves the minute out that Zendesk keeps back, where %s', (_, state, worker, until) => {
    expect(syncedUntil(state, worker)).toBe(until);
  });
});
