import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorkerService, type WorkerServiceOptions } from '#local/services/worker-service.ts';
import type { Trouble } from './troubled-service.ts';

/** A thread that does not end by itself is waited for for ten seconds; less than that says that it was not waited for. */
const LIMIT_MS = 9_000;

async function start(trouble: Trouble, options: WorkerServiceOptions = {}) {
  const module = new URL('./troubled-service.ts', import.meta.url);
  const service = await startWorkerService('Trouble', module, { trouble }, { path: '/data', ...options });
  onTestFinished(service.close);
  return service;
}

describe('Worker service', () => {
  it('ends when it is told to, which is no death', async () => {
    const service = await start('none', { beatMs: 5, missedBeats: 1000 });
    expect(service.facts).toEqual({ started: true });
    await service.close();
    expect(await Promise.race([service.died, 'alive'])).toBe('alive');
  });

  it.each<[Trouble, object]>([
    [
      'full disk at start',
      { code: 'disk_full', message: expect.stringMatching(/^The disk is full: .*\/data/) },
    ],
    [
      'ends at start',
      { code: 'embedded_service_failed', message: 'The embedded Trouble ended by itself (3).' },
    ],
    [
      'hangs at start',
      {
        code: 'embedded_service_failed',
        message: expect.stringMatching(/Trouble didn't start within 0.5 s/),
      },
    ],
  ])('says why it did not start: %s', async (trouble, error) => {
    const startLimitMs = trouble === 'hangs at start' ? 500 : 60_000;
    await expect(start(trouble, { startLimitMs })).rejects.toMatchObject(error);
  });

  it.each<[Trouble, string | RegExp]>([
    ['full disk', /^The disk is full: .*\/data/],
    ['fails', 'The embedded Trouble failed: nobody waits for this'],
    ['ends', 'The embedded Trouble ended by itself (3).'],
    ['hangs', "The embedded Trouble hasn't answered for 0.2 s."],
  ])('says why it died, and closes at once: %s', async (trouble, message) => {
    // Prepare
    const service = await start(trouble, { beatMs: 10, missedBeats: trouble === 'hangs' ? 20 : 1000 });

    // Act
    service.systemIsReady();
    const error = await service.died;

    // Assess
    expect(error.message).toMatch(message);
    const startedAt = performance.now();
    await service.close();
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });

  it('is cut off when its close hangs', async () => {
    const service = await start('hangs at close', { closeLimitMs: 100 });
    const startedAt = performance.now();
    await service.close();
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });
});
