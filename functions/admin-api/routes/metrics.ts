import * as z from 'zod';
import { JobId } from '#core/runs/run.ts';
import { readRatingCounts } from '#functions/admin-api/health/read-status.ts';
import { METRICS_TYPE, renderMetrics } from '#functions/admin-api/health/render-metrics.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';

const getMetrics = defineRoute({
  method: 'GET',
  path: '/metrics/sync',
  level: Level.supervised,
  operationId: 'getSyncMetrics',
  summary: "What was synced and how it ended, in Prometheus' text format.",
  tag: 'metrics',
  responses: {
    200: {
      description:
        'Histogram, counters and gauges. Counted in the table, so that they outlive every instance.',
      schema: z.string(),
      contentType: METRICS_TYPE,
      example:
        '# HELP atom_saas_cache_size Live entries of the cache.\n# TYPE atom_saas_cache_size gauge\n' +
        'atom_saas_cache_size{type="skills"} 5000\n',
    },
  },
  async handle(_input, services) {
    const { jobs, conflicts, feed, now } = services;
    const [skill, rating, cleanup, totals, open, ratings, feedState] = await Promise.all([
      jobs.state(JobId.skillSync),
      jobs.state(JobId.ratingSync),
      jobs.state(JobId.cacheCleanup),
      conflicts.totals(),
      conflicts.countOpen(),
      readRatingCounts(services),
      feed.read(),
    ]);
    const series = [
      { type: 'skill', state: skill },
      { type: 'rating', state: rating },
      { type: 'cleanup', state: cleanup },
    ];
    const figures = { conflicts: { totals, open }, ratings, feed: { feed: feedState, nowMs: now() } };
    const body = renderMetrics(series, skill, figures);
    return { status: 200, headers: { 'content-type': METRICS_TYPE }, body };
  },
});

export const metricsRoutes: readonly Route[] = [getMetrics];
