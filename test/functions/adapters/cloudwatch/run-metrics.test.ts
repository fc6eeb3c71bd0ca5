import { describe, expect, it } from 'vitest';
import { publishRun, type RunGauges } from '#adapters/cloudwatch/run-metrics.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const RUN: Run = {
  runId: '01KHTNPR6M4Y8Z0V9QK2D3F5GH',
  job: JobId.skillSync,
  status: 'success',
  trigger: 'schedule',
  startedAt: 1_000,
  endedAt: 4_500,
  progress: { done: 1, total: 1, unit: 'skills' },
  counts: { added: 3, conflicts_detected: 0, conflicts_resolved: 2 },
  invocations: 1,
  fence: 1,
};

/** What a run is published as. */
function published(over: Partial<Run> = {}, gauges?: RunGauges) {
  const { metrics, lines } = createEmitter('skill-sync');
  publishRun(metrics, { ...RUN, ...over }, gauges);
  return lines.map(readLine);
}

const failedWith = (code: string): Partial<Run> => ({
  status: 'failed',
  error: { code, message: 'No.', retryable: true },
});
const line = (values: Record<string, number>) => [{ dimensions: ['service'], values }];

describe('Function: publishRun', () => {
  it.each([JobId.skillSync, JobId.ratingSync])(
    'says of a success of %s how long it took, and nothing else',
    (job) => {
      expect(published({ job }, { skillsCount: 5_000 })).toEqual(line({ RunDuration: 3_500 }));
    },
  );

  it('says of a run that failed that it did, and of no other time', () => {
    expect(published(failedWith('storage_unavailable'))).toEqual(line({ RunFailure: 1 }));
  });

  it('takes a run without a marketplace for no failure, and says so of the skill sync', () => {
    const away = failedWith('marketplace_unavailable');
    expect(published(away)).toEqual(line({ MarketplaceUnavailable: 1 }));
    expect(published({ ...away, job: JobId.ratingSync })).toEqual([]);
  });

  it('says nothing of a run that found no token', () => {
    expect(published(failedWith('token_unavailable'))).toEqual([]);
  });

  it('takes a run that could not read the secret for a failure', () => {
    expect(published(failedWith('secret_unavailable'))).toEqual(line({ RunFailure: 1 }));
  });

  it('says of a refused removal that it was one, too', () => {
    expect(published(failedWith('mass_removal_refused'))).toEqual(
      line({ RunFailure: 1, MassRemovalRefused: 1 }),
    );
  });

  it('says of the nightly cleanup only that it failed', () => {
    expect(published({ job: JobId.cacheCleanup })).toEqual([]);
    expect(published({ ...failedWith('storage_unavailable'), job: JobId.cacheCleanup })).toEqual(
      line({ RunFailure: 1 }),
    );
  });

  it('says nothing of runs of the tickets, which have metrics of their own', () => {
    expect(published({ job: JobId.ticketSync })).toEqual([]);
    expect(published({ ...failedWith('zendesk_auth'), job: JobId.dailySync })).toEqual([]);
  });

  it.each(['running', 'interrupted', 'skipped'] as const)('says nothing of one that is %s', (status) => {
    expect(published({ status })).toEqual([]);
  });

  it.each([
    [1_000, {}],
    [999, { CachedSkills: 999 }],
    [0, { CachedSkills: 0 }],
  ])('says that the cache holds %i skills where those are few', (skillsCount, more) => {
    expect(published({}, { skillsCount })).toEqual(line({ RunDuration: 3_500, ...more }));
  });

  it('says the conflicts that were found where some were, also of a failed run', () => {
    const counts = { conflicts_detected: 2 };
    expect(published({ counts })).toEqual(line({ RunDuration: 3_500, ConflictsDetected: 2 }));
    expect(published({ ...failedWith('storage_unavailable'), counts })).toEqual(
      line({ RunFailure: 1, ConflictsDetected: 2 }),
    );
  });

  it.each([
    ['has no end', undefined],
    ['ended before it began, by the clock of another invocation', 500],
  ])('takes a run for one of 0 ms that %s', (_what, endedAt) => {
    expect(published({ endedAt })).toEqual(line({ RunDuration: 0 }));
  });
});
