import { describe, expect, it } from 'vitest';
import { publishRun, type RunGauges } from '#adapters/cloudwatch/run-metrics.ts';
import type { Run } from '#core/runs/run.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const RUN: Run = {
  runId: '01KHTNPR6M4Y8Z0V9QK2D3F5GH',
  job: 'skill-sync-atom-saas',
  status: 'success',
  trigger: 'schedule',
  startedAt: 1_000,
  endedAt: 4_500,
  progress: { done: 1, total: 1, unit: 'skills' },
  counts: { added: 3 },
  invocations: 1,
  fence: 1,
};

/** The lines that a run is published in. */
function published(over: Partial<Run> = {}, gauges?: RunGauges) {
  const { metrics, lines } = createEmitter('skill-sync');
  publishRun(metrics, { ...RUN, ...over }, gauges);
  return { lines, read: lines.map(readLine) };
}

const failedWith = (code: string): Partial<Run> => ({
  status: 'failed',
  error: { code, message: 'No.', retryable: true },
});

describe('Function: publishRun', () => {
  it('says of a success that it was one, and how long it took; its counts are no metrics', () => {
    const { lines, read } = published();

    expect(read).toEqual([{ dimensions: ['service', 'job'], values: { RunSuccess: 1, RunDuration: 3_500 } }]);
    expect(lines[0]).toMatchObject({ job: RUN.job, run_id: RUN.runId, counts: '{"added":3}' });
    expect(lines[0]).not.toHaveProperty('error');
  });

  it.each([
    ['storage_unavailable', {}],
    ['marketplace_unavailable', { MarketplaceUnavailable: 1 }],
    ['mass_removal_refused', { MassRemovalRefused: 1 }],
  ])('says of a run that failed with %s also %j', (code, more) => {
    const { lines, read } = published(failedWith(code));

    expect(read[0]?.values).toEqual({ RunSuccess: 0, RunFailure: 1, RunDuration: 3_500, ...more });
    expect(lines[0]).toMatchObject({ error: code });
  });

  it.each(['running', 'interrupted', 'skipped'] as const)('says nothing of one that is %s', (status) => {
    expect(published({ status }).lines).toEqual([]);
  });

  it.each([
    [
      { skillsCount: 5, categoriesCount: 0 },
      { CachedSkills: 5, CachedCategories: 0 },
    ],
    [{ skillsCount: 5 }, { CachedSkills: 5 }],
  ])('says the size of the cache as far as the job knows it: %j', (gauges, values) => {
    expect(published({}, gauges).read[0]?.values).toEqual({ RunSuccess: 1, RunDuration: 3_500, ...values });
  });

  it('says the conflicts without the job, in a line of their own', () => {
    const counts = { conflicts_detected: 2, conflicts_resolved: 0, conflicts_unresolved: 7 };

    const { read } = published({ counts });

    expect(read.slice(1)).toEqual([
      {
        dimensions: ['service'],
        values: { ConflictsDetected: 2, ConflictsResolved: 0, ConflictsUnresolved: 7 },
      },
    ]);
  });

  it.each([
    ['has no end', undefined],
    ['ended before it began, by the clock of another invocation', 500],
  ])('takes a run for one of 0 ms that %s', (_what, endedAt) => {
    expect(published({ endedAt }).read[0]?.values).toMatchObject({ RunDuration: 0 });
  });
});
