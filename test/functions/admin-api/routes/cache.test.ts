import { describe, expect, it, vi } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { addCategory, publish, putRun, reject } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';
import { WAIT } from '#test/wait-limit.ts';

const SWEEP = { method: 'DELETE', path: '/api/admin/sync/cache/expired' };

function callWith(cleaner: CacheCleaner) {
  const world = createWorld();
  return call(world, SWEEP, apiOf(withServices(world, { cleaner })));
}

/** 3 of 43 skills, 1 of 6 categories, 7 of 8 runs and 2 of 3 rejected records have expired. */
async function fillCache(world: World) {
  const expiryOf = (n: number, expired: number) => (n < expired ? NOW - 1_000 : NOW + 1_000);
  const observed = (at: number) => ({ expiresAt: new Date(at) });
  for (let n = 0; n < 43; n += 1) {
    await publish(world, { skill_id: `${n}`, name: 'S' }, observed(expiryOf(n, 3)));
  }
  for (let n = 0; n < 6; n += 1) await addCategory(world, { name: `${n}` }, observed(expiryOf(n, 1)));
  for (let n = 0; n < 8; n += 1) await putRun(world, { runId: `${n}` }, expiryOf(n, 7));
  for (let n = 0; n < 3; n += 1) await reject(world, { id: `${n}`, lastSeenAt: n < 2 ? 0 : NOW });
}

describe('DELETE /api/admin/sync/cache/expired', () => {
  it('answers how much was deleted and puts the size of the cache right', async () => {
    const world = createWorld();
    await fillCache(world);

    const { status, body } = await call(world, SWEEP);

    expect({ status, body }).toEqual({ status: 200, body: { success: true, deleted: 13 } });
    expect(await world.stores.jobs.state(JobId.skillSync)).toMatchObject({
      skillsCount: 40,
      categoriesCount: 5,
    });
  });

  it('ends in time, and says that there is more', async () => {
    const abort = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(abort.signal);
    const answer = callWith({
      sweep: (_now, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    await vi.waitFor(() => expect(AbortSignal.timeout).toHaveBeenCalledWith(18_000), WAIT);
    abort.abort(new DOMException('late', 'TimeoutError'));

    expect(await answer).toMatchObject({ status: 503, body: { error: 'cleanup_not_finished' } });
    vi.restoreAllMocks();
  });

  it('answers 503 while the table does not', async () => {
    const sweep = async () => {
      throw new StorageError('no answer');
    };

    expect(await callWith({ sweep })).toMatchObject({ status: 503, body: { error: 'storage_unavailable' } });
  });
});
