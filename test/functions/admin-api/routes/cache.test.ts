import { describe, expect, it, vi } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { createWorld } from '#test/functions/admin-api/fake-services.ts';

const SWEEP = { method: 'DELETE', path: '/api/admin/sync/cache/expired' };

function callWith(cleaner: CacheCleaner) {
  const world = createWorld();
  return call(world, SWEEP, apiOf({ ...world, services: { ...world.services, cleaner } }));
}

describe('DELETE /api/admin/sync/cache/expired', () => {
  it('answers how much was deleted and puts the size of the cache right', async () => {
    const world = createWorld();

    const { status, body } = await call(world, SWEEP);

    expect({ status, body }).toEqual({ status: 200, body: { success: true, deleted: 13 } });
    expect(world.jobs.get(JobId.skillSync)).toMatchObject({ skillsCount: 40, categoriesCount: 5 });
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
    await vi.waitFor(() => expect(AbortSignal.timeout).toHaveBeenCalledWith(18_000));
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
