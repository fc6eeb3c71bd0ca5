import { describe, expect, it } from 'vitest';
import { readTotals } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import { type FeedReport, FeedStatus } from '#core/feed/feed-state.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { renderMetrics } from '#functions/admin-api/health/render-metrics.ts';
import { aFeedReport, jobState, NOW } from '#test/functions/admin-api/example-records.ts';

const FEED = { report: aFeedReport(), reportedAt: NOW, leaseUntil: NOW + 1, control: { enabled: true } };

/** The lines that begin so. */
function linesOf(
  start: string,
  over: Partial<JobState> = {},
  nowMs = NOW,
  report: FeedReport | undefined = FEED.report,
): readonly string[] {
  const job = jobState('a', over);
  const text = renderMetrics([{ type: 'skill', state: job }], job, {
    cacheReads: { hits: 9, misses: 1 },
    conflicts: { totals: { ...readTotals({}), detected: { ...readTotals({}).detected, OTHER: 4 } }, open: 2 },
    ratings: { pending: 3, failed: 1 },
    feed: { feed: { ...FEED, report }, nowMs },
  });
  return text.split('\n').filter((line) => line.startsWith(start));
}

describe('Function: renderMetrics', () => {
  it('writes a family with its help, its type and a line for each series', () => {
    const job = { skillsCount: 5, categoriesCount: 2 };
    const starts = ['# HELP atom_saas_cache_size', '# TYPE atom_saas_cache_size', 'atom_saas_cache_size'];

    expect(starts.flatMap((start) => linesOf(start, job))).toEqual([
      '# HELP atom_saas_cache_size Live entries of the cache.',
      '# TYPE atom_saas_cache_size gauge',
      'atom_saas_cache_size{type="skills"} 5',
      'atom_saas_cache_size{type="categories"} 2',
    ]);
  });

  it('cumulates the buckets of the histogram, those that are missing included', () => {
    const durations = { count: 4, sumSeconds: 12.5, buckets: [1, 0, 2] };

    const counts = linesOf('atom_saas_sync_duration_seconds_', { durations }).map(
      (line) => line.split(' ')[1],
    );

    expect(counts).toEqual(['1', '1', '3', '3', '3', '3', '4', '12.5', '4']);
  });

  it('has the series of errors that alerts read before the first failure', () => {
    expect(linesOf('atom_saas_sync_errors_total{')).toEqual(
      ['internal_error', 'marketplace_unavailable', 'secret_unavailable', 'token_unavailable'].map(
        (error) => `atom_saas_sync_errors_total{type="skill",error="${error}"} 0`,
      ),
    );
  });

  it('escapes what a label must not hold', () => {
    expect(linesOf('atom_saas_sync_errors_total{', { errors: { 'a"\\\n': 1 } }).at(-1)).toBe(
      'atom_saas_sync_errors_total{type="skill",error="a\\"\\\\\\n"} 1',
    );
  });

  it.each([
    [undefined, 0],
    [NOW, NOW / 1_000],
    [NOW + 3_600_000, 0],
  ])('has a last success at %s as %i', (lastSuccessAt, seconds) => {
    expect(linesOf('atom_saas_sync_last_success_timestamp_seconds{', { lastSuccessAt })).toEqual([
      `atom_saas_sync_last_success_timestamp_seconds{type="skill"} ${seconds}`,
    ]);
  });

  it('has a feed connected only while its task holds it', () => {
    expect([NOW, NOW + 1].map((nowMs) => linesOf('atom_saas_websocket_connected ', {}, nowMs))).toEqual([
      ['atom_saas_websocket_connected 1'],
      ['atom_saas_websocket_connected 0'],
    ]);
  });

  it('has reads of the cache by what came of them, and the time in the fallback', () => {
    expect(linesOf('atom_saas_cache_reads_total')).toEqual([
      'atom_saas_cache_reads_total{result="hit"} 9',
      'atom_saas_cache_reads_total{result="miss"} 1',
    ]);
    expect(linesOf('atom_saas_websocket_fallback')).toEqual([
      'atom_saas_websocket_fallback 0',
      'atom_saas_websocket_fallback_seconds_total 120',
    ]);
  });

  it.each([
    ['while its task holds it', {}, NOW, 1],
    ['not once its task is gone', {}, NOW + 1, 0],
    ['not where it is switched off', { status: FeedStatus.disabled }, NOW, 0],
    ['not while it fails now and then', { fallbackToPolling: false }, NOW, 0],
  ])('has a feed in the fallback as its report says, %s', (_when, over, nowMs, value) => {
    const report = aFeedReport({ status: FeedStatus.waiting, fallbackToPolling: true, ...over });

    expect(linesOf('atom_saas_websocket_fallback ', {}, nowMs, report)).toEqual([
      `atom_saas_websocket_fallback ${value}`,
    ]);
  });

  it('has conflicts and ratings as they stand', () => {
    const families = [
      'atom_saas_conflicts_detected_total{type="OTHER"',
      'atom_saas_conflicts_unresolved',
      'atom_saas_ratings_pending',
      'atom_saas_failed_uploads',
    ];

    expect(families.map((family) => linesOf(family).map((line) => line.split(' ')[1]))).toEqual(
      ['4', '2', '3', '1'].map((value) => [value]),
    );
  });
});
