import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRICES } from '#lib/prices.ts';
import { compositeAlarms, keyText, metricAlarms, metricsOf } from './alarms.ts';
import { metricsIn, widgetsOf } from './dashboard-metrics.ts';
import { captureMetrics } from './emf.ts';
import { EMITTERS, metricsOfService } from './emitters.ts';
import { WITH_TICKETS, watchedStack } from './watched-stack.ts';

const text = readFileSync('docs/monitoring.md', 'utf8');

/** Sent only when something is amiss, or when a rating or a conflict is on its way: not every hour. */
const SELDOM =
  /^(RunFailure|MarketplaceUnavailable|MassRemovalRefused|DeniedRequests|FailedRequests|LostAuditRecords|FeedDisabled)$/;
/** A sync says each time how many conflicts it found, the feed only when it found some. */
const SELDOM_BY_FEED = /^Conflicts(Detected|Resolved)$/;
const HOURLY = ['skill-sync', 'rating-sync', 'realtime-feed'] as const;

describe('What docs/monitoring.md says about costs', () => {
  const { template, monitoring } = watchedStack();

  it('is what the alarms cost', () => {
    const read = [...metricAlarms(template).values()].flatMap(metricsOf).length;
    const composites = compositeAlarms(template).size;
    expect(text).toContain(
      `| Alarms: ${read} metrics at 0.10 (the first 10 are free) and ${composites} composite alarms at 0.50 | ${monitoring.alarmsUsd.toFixed(2)} |`,
    );
  });

  it('is what the metrics cost that are sent every hour', async () => {
    const sent = new Set<string>();
    for (const service of HOURLY) {
      const data = await captureMetrics(() => EMITTERS[service]?.(metricsOfService(service)));
      const isSeldom = (name: string) =>
        SELDOM.test(name) || (service === 'realtime-feed' && SELDOM_BY_FEED.test(name));
      for (const datum of data) if (!isSeldom(datum.name)) sent.add(keyText(datum));
    }
    const usd = (sent.size * PRICES.customMetric.usd).toFixed(2);
    expect(text).toContain(
      `| Metrics that are sent every hour: ${sent.size} at 0.30 (the first 10 are free) | ${usd} |`,
    );
  });

  it('is what the alarms of support tickets cost more, without and with a webhook', () => {
    const { TICKET_WEBHOOK_URL: _, ...withoutWebhook } = WITH_TICKETS;
    const read = (env: Readonly<Record<string, string>>) =>
      [...metricAlarms(watchedStack(env).template).values()].flatMap(metricsOf).length;
    const [none, few, all] = [{}, withoutWebhook, WITH_TICKETS].map(read) as [number, number, number];
    const usd = ((few - none) * PRICES.alarmMetric.usd).toFixed(2);
    expect(text).toContain(`add ${few - none} metrics of alarms (${usd})`);
    expect(all - few).toBe(3);
  });

  it('is how large the dashboard is', () => {
    const drawn = new Set(metricsIn(widgetsOf(template)).map(keyText)).size;
    expect(text).toContain(`| Dashboard: ${drawn} metrics (three dashboards of up to 50 are free) | 0.00 |`);
  });

  it('adds up', () => {
    const rows = [...text.matchAll(/^\| .* \| (\d+\.\d\d) \|$/gm)].map(([, usd]) => Number(usd));
    const free = 10 * PRICES.alarmMetric.usd + 10 * PRICES.customMetric.usd;
    const total = rows.reduce((sum, usd) => sum + usd, 0) - free;
    expect(text).toContain(`With both free tiers that is ${total.toFixed(2)}.`);
  });
});
