import { describe, expect, it, vi } from 'vitest';
import { createCounter, createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { createThrottleMetric } from '#adapters/dynamodb/table/count-throttles.ts';
import { MetricName } from '#core/metric-name.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: createCounter', () => {
  it('writes a line for each event', () => {
    const { metrics, lines } = createEmitter('admin-api');
    const count = createCounter(metrics);

    count(MetricName.lostAuditRecords);
    count(MetricName.lostAuditRecords);

    const line = { dimensions: ['service'], values: { LostAuditRecords: 1 } };
    expect(lines.map(readLine)).toEqual([line, line]);
  });
});

describe('What may come up in any process', () => {
  it('is one metric whichever it was, in the namespace of the environment', () => {
    const { lines } = createEmitter('skill-sync');
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'AtomSync/atom-eu');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'skill-sync');

    createThrottleMetric()();
    createHighUseMetric()(93);

    vi.unstubAllEnvs();
    expect(lines.map(readLine)).toEqual([
      { dimensions: ['service'], values: { TableThrottles: 1 } },
      { dimensions: ['service'], values: { RateLimitUse: 93 } },
    ]);
    for (const line of lines) expect(line.service).toBe('any');
    expect(JSON.stringify(lines)).toContain('"Namespace":"AtomSync/atom-eu"');
  });
});
