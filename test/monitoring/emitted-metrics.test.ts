import type { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from 'vitest';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishIncidents } from '#adapters/cloudwatch/issue-metrics.ts';
import { publishFailedUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import type { MetricName } from '#core/metric-name.ts';
import { JobId } from '#core/runs/run.ts';
import {
  dimensionsOf,
  EMITTED,
  SENT_WHILE_HEALTHY,
  type Service,
} from '#lib/constructs/monitoring/emitted-metrics.ts';
import { keyText, metricAlarms, metricsOf } from './alarms.ts';
import { metricsIn, widgetsOf } from './dashboard-metrics.ts';
import { captureMetrics, type Datum } from './emf.ts';
import { compositionRoots, EMITTERS, FIGURES, metricsOfService, NAMESPACE, RUN } from './emitters.ts';
import { metricFilters } from './metric-filters.ts';
import { WITH_DASHBOARD, WITH_TICKETS, watchedStack } from './watched-stack.ts';

/** A minute of a feed to which nothing happens. */
const QUIET_MINUTE = { ...FIGURES, reconnects: 0, conflictsDetected: 0 };
const SERVICES = [...new Set(Object.values(EMITTED).flatMap(({ by }) => by as readonly Service[]))];

const emittedBy = async (service: Service): Promise<Datum[]> =>
  captureMetrics(() => EMITTERS[service](metricsOfService(service)));

/** What the table says that the service emits. */
const promisedBy = (service: Service) =>
  (Object.keys(EMITTED) as MetricName[])
    .filter((name) => (EMITTED[name].by as readonly Service[]).includes(service))
    .map((name) => keyText({ namespace: NAMESPACE, name, dimensions: dimensionsOf(service, name) }));

describe('The table of emitted metrics', () => {
  it.each(SERVICES)('says exactly what %s writes, dimensions included', async (service) => {
    const written = new Set((await emittedBy(service)).map(keyText));
    expect([...written].toSorted()).toEqual(promisedBy(service).toSorted());
  });

  it.each(compositionRoots())('knows $service by the name that it gives its metrics', ({ service, text }) => {
    const [, opened] = /openFunction\('([^']+)'\)/.exec(text) ?? [];
    if (opened) return expect(opened).toBe(service);
    const [, options] = /new Metrics\(\{([^}]*)\}\)/.exec(text) ?? [];
    const constant = /const SERVICE = '([^']+)'/.exec(text)?.[1];
    // No namespace: it has the stack's name in it, which only the environment knows.
    expect(options?.trim().replace(/\bSERVICE\b/, `'${constant}'`)).toBe(`serviceName: '${service}'`);
  });
});

describe('What alarms and dashboard read', () => {
  const { template } = watchedStack({ ...WITH_TICKETS, ...WITH_DASHBOARD });
  const promised = new Set(SERVICES.flatMap(promisedBy));
  const read = [
    ...[...metricAlarms(template)].flatMap(([name, alarm]) =>
      metricsOf(alarm).map((key) => [name, key] as const),
    ),
    ...metricsIn(widgetsOf(template)).map((key) => ['dashboard', key] as const),
  ].filter(([, { namespace }]) => !namespace.startsWith('AWS/'));

  it('is something', () => expect(read.length).toBeGreaterThan(10));

  it('is emitted, each metric under just these dimensions, or counted in logs', () => {
    const counted = metricFilters(template).map(({ metric }) => keyText(metric));
    const silent = read.filter(([, key]) => ![...promised, ...counted].includes(keyText(key)));
    expect(silent.map(([reader, key]) => `${reader}: ${keyText(key)}`)).toEqual([]);
  });

  it('is all that is emitted: what only people look at is in the log', () => {
    const wanted = new Set(read.map(([, key]) => keyText(key)));
    expect([...promised].filter((key) => !wanted.has(key))).toEqual([]);
  });
});

describe('What a healthy installation sends', () => {
  const at = RUN.startedAt;
  const DAY = 24 * 3_600_000;
  const FAR = at + 365 * DAY;
  const healthy: readonly (readonly [Service, (metrics: Metrics) => void])[] = [
    [
      'skill-sync',
      (metrics) => publishRun(metrics, { ...RUN, counts: { added: 3 } }, { skillsCount: 5_000 }),
    ],
    ['skill-sync', (metrics) => publishTokenEnd(metrics, { endsAt: FAR }, at)],
    ['skill-sync', (metrics) => publishTokenEnd(metrics, {}, at)],
    // A token of two days, a day old.
    ['skill-sync', (metrics) => publishTokenEnd(metrics, { issuedAt: at - DAY, endsAt: at + DAY }, at)],
    ['rating-sync', (metrics) => publishRun(metrics, { ...RUN, job: JobId.ratingSync })],
    ['rating-sync', (metrics) => publishFailedUploads(metrics, 0)],
    ['cache-cleanup', (metrics) => publishRun(metrics, { ...RUN, job: JobId.cacheCleanup })],
    ['realtime-feed', (metrics) => publishFeed(metrics, QUIET_MINUTE)],
    ['ticket-sync', (metrics) => publishRun(metrics, { ...RUN, job: JobId.ticketSync })],
    [
      'ticket-sync',
      (metrics) => publishTicketSync(metrics, { complete: true, cursorAgeMs: 0, ageBeforeMs: 3_600_000 }),
    ],
    ['ticket-analysis', (metrics) => publishAnalyses(metrics, { ...RUN, counts: { analysed: 9 } })],
    ['ticket-issues', (metrics) => publishIncidents(metrics, 0)],
  ];

  it('is what the table says, and nothing else', async () => {
    const data: Datum[] = [];
    for (const [service, act] of healthy) {
      data.push(...(await captureMetrics(() => act(metricsOfService(service)))));
    }
    const regular = SENT_WHILE_HEALTHY.map(({ service, name }) => `${service} ${name}`);
    expect(data.map(({ name, dimensions }) => `${dimensions.service} ${name}`).toSorted()).toEqual(
      regular.toSorted(),
    );
  });

  it('comes at most every hour, from those who emit it', () => {
    for (const { service, name, hoursADay } of SENT_WHILE_HEALTHY) {
      expect(EMITTED[name].by).toContain(service);
      expect(hoursADay).toBeGreaterThan(0);
      expect(hoursADay).toBeLessThanOrEqual(24);
    }
  });
});
