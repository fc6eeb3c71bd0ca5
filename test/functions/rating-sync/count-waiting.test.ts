import { expect, it } from 'vitest';
import { countWaiting } from '#functions/rating-sync/count-waiting.ts';
import { createSyncHarness, keyOf } from './sync-harness.ts';

it('counts what waits for its upload, and what failed, the dead letters too', async () => {
  const s = createSyncHarness();
  const statuses = [
    'pending',
    'queued',
    'queued',
    'failed',
    'dead_lettered',
    'dead_lettered',
    'synced',
  ] as const;
  for (const [index, status] of statuses.entries()) await s.give(keyOf(index), { status });
  expect(await countWaiting(s.deps.ratings)).toEqual({ pending: 3, failed: 3 });
});
