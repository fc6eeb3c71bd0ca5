import { describe, expect, it } from 'vitest';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import type { MetricName } from '#core/metric-name.ts';
import { dimensionsOf, EMITTED, type Service } from '#lib/constructs/monitoring/custom-metrics.ts';
import { keyText, metricAlarms, metricsOf } from './alarms.ts';
import { metricsIn, widgetsOf } from './dashboard-metrics.ts';
import { captureMetrics, type Datum } from './emf.ts';
import { compositionRoots, EMITTERS, failedRun, metricsOfService, NAMESPACE, RUN } from './emitters.ts';
import { WITH_DASHBOARD, WITH_TICKETS, watchedStack } from './watched-stack.ts';

const SERVICES = [...new Set(Object.values(EMITTED).flatMap(({ by }) => by as readonly Service[]))];

const emittedBy = async (service: Service): Promise<Datum[]> =>
  captureMetrics(() => EMITTERS[service](metricsOfService(service)));

/** What the table says that the service emits. */
const promisedBy = (service: Service) =>
  (Object.keys(EMITTED) as MetricName[])
    .filter((name) => (EMITTED[name].by as readonly Service[]).includes(service))
    .flatMap((name) =>
      dimensionsOf(service, name).map((dimensions) => keyText({ namespace: NAMESPACE, name, dimensions })),
    );

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

  it('is emitted, each metric under just these dimensions', () => {
    const silent = read.filter(([, key]) => !promised.has(keyText(key)));
    expect(silent.map(([reader, key]) => `${reader}: ${keyText(key)}`)).toEqual([]);
  });
});

describe('Function: publishRun', () => {
  const publish = (...args: Parameters<typeof publishRun> extends [unknown, ...infer Rest] ? Rest : never) =>
    captureMetrics(() => publishRun(metricsOfService('skill-sync'), ...args));
  const values = (data: readonly Datum[]) => Object.fromEntries(data.map(({ name, value }) => [name, value]));

  it('says of a success that it was one, how long it took and how large the cache is', async () => {
    const data = await publish(RUN, { skillsCount: 5000, categoriesCount: 12 });
    expect(values(data)).toEqual({
      RunSuccess: 1,
      RunDuration: 4250,
      CachedSkills: 5000,
      CachedCategories: 12,
    });
    expect(data.find(({ name }) => name === 'RunDuration')?.unit).toBe('Milliseconds');
  });

  it.each([
    ['marketplace_unavailable', { MarketplaceUnavailable: 1 }],
    ['mass_removal_refused', { MassRemovalRefused: 1 }],
    ['internal_error', {}],
  ])('says of a run that failed with %s what it failed with', async (code, more) => {
    expect(values(await publish(failedRun(code)))).toEqual({
      RunSuccess: 0,
      RunFailure: 1,
      RunDuration: 4250,
      ...more,
    });
  });

  it('sends conflicts without the job, zeros included, and makes no metric of the other counts', async () => {
    const data = await publish({
      ...RUN,
      counts: { added: 3, conflicts_detected: 0, conflicts_resolved: 0 },
    });
    expect(data.filter(({ name }) => name.startsWith('Conflicts'))).toMatchObject([
      { name: 'ConflictsDetected', value: 0, dimensions: { service: 'skill-sync' } },
      { name: 'ConflictsResolved', value: 0, dimensions: { service: 'skill-sync' } },
    ]);
    expect(values(data)).not.toHaveProperty('added');
  });

  it.each(['running', 'interrupted', 'skipped'] as const)(
    'says nothing of a run that is %s',
    async (status) => {
      expect(await publish({ ...RUN, status })).toEqual([]);
    },
  );

  it('never mixes one run with the next', async () => {
    const metrics = metricsOfService('skill-sync');
    await captureMetrics(() => publishRun(metrics, failedRun('marketplace_unavailable')));
    expect(values(await captureMetrics(() => publishRun(metrics, RUN)))).toEqual({
      RunSuccess: 1,
      RunDuration: 4250,
    });
  });
});
