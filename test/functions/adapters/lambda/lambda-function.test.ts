import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { captureMetrics } from '#test/monitoring/emf.ts';

const contextWith = (ms: number) => ({ getRemainingTimeInMillis: () => ms }) as Context;

describe('Function: openFunction', () => {
  it('knows the time left of the invocation under way, and no end outside of one', async () => {
    const { clock, handle } = openFunction('skill-sync');
    const handler = handle(async (_event: unknown) => clock.remainingMs());

    expect(clock.remainingMs()).toBe(Number.POSITIVE_INFINITY);
    expect(await handler({}, contextWith(1_234))).toBe(1_234);
    expect(await handler({}, contextWith(99))).toBe(99);
  });

  it('gives the work its event, and the caller what it throws', async () => {
    const { handle } = openFunction('skill-sync');
    const handler = handle(async (event: { readonly fail: boolean }) => {
      if (event.fail) throw new Error('It failed.');
      return 'done';
    });

    expect(await handler({ fail: false }, contextWith(1))).toBe('done');
    await expect(handler({ fail: true }, contextWith(1))).rejects.toThrow('It failed.');
  });

  it('names the metrics after the function, in the namespace of its environment', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'AtomSync/test');
    const { metrics } = openFunction('skill-sync');

    const data = await captureMetrics(() => {
      metrics.addMetric('Runs', 'Count', 1);
      metrics.publishStoredMetrics();
    });

    expect(data).toMatchObject([
      { name: 'Runs', namespace: 'AtomSync/test', dimensions: { service: 'skill-sync' } },
    ]);
  });
});
