import * as z from 'zod';
import { JobId } from '#core/runs/run.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { readRatingCounts } from '#functions/admin-api/health/read-status.ts';
import { METRICS_TYPE, renderMetrics } from '#functions/admin-api/health/render-metrics.ts';
import { readTicketSources, ticketFamilies } from '#functions/admin-api/health/ticket-metrics.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';

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
    const { jobs, conflicts, cacheReads, feed, tickets, now } = services;
    const [skill, rating, cleanup, totals, open, reads, ratings, feedState, ticketSeries] = await Promise.all(
      [
        jobs.state(JobId.skillSync),
        jobs.state(JobId.ratingSync),
        jobs.state(JobId.cacheCleanup),
        conflicts.totals(),
        conflicts.countOpen(),
        cacheReads.totals(),
        readRatingCounts(services),
        feed.read(),
        tickets && readTicketSeries(services, tickets),
      ],
    );
    const series = [
      { type: 'skill', state: skill },
      { type: 'rating', state: rating },
      { type: 'cleanup', state: cleanup },
      ...(ticketSeries ? [{ type: 'ticket', state: ticketSeries.worker }] : []),
    ];
    const figures = {
      cacheReads: reads,
      conflicts: { totals, open },
      ratings,
      feed: { feed: feedState, nowMs: now() },
      tickets: ticketSeries?.families ?? [],
    };
    const body = renderMetrics(series, skill, figures);
    return { status: 200, headers: { 'content-type': METRICS_TYPE }, body };
  },
});

/** The state of the ticket worker, and what there is of tickets besides. */
async function readTicketSeries(services: Services, tickets: TicketServices) {
  const [worker, sources] = await Promise.all([
    services.jobs.state(TICKET_WORKER),
    readTicketSources(services, tickets),
  ]);
  return { worker, families: ticketFamilies(worker, sources) };
}

export const metricsRoutes: readonly Route[] = [getMetrics];
