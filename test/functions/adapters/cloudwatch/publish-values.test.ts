import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describe, expect, it } from 'vitest';
import { ifAny, publishValues } from '#adapters/cloudwatch/publish-values.ts';
import { MetricName } from '#core/metric-name.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishValues', () => {
  it('writes what there is as one line, zeros included, each with its unit', () => {
    const { metrics, lines } = createEmitter('skill-sync');

    publishValues(metrics, [
      [MetricName.runDuration, 1_200, MetricUnit.Milliseconds],
      [MetricName.cachedSkills, undefined],
      [MetricName.marketplaceUnavailable, 0],
    ]);

    expect(lines.map(readLine)).toEqual([
      { dimensions: ['service'], values: { RunDuration: 1_200, MarketplaceUnavailable: 0 } },
    ]);
    expect(JSON.stringify(lines[0])).toContain('{"Name":"RunDuration","Unit":"Milliseconds"}');
  });

  it('writes no line, and no warning, where there is nothing', () => {
    const { metrics, lines } = createEmitter('skill-sync');

    publishValues(metrics, [[MetricName.cachedSkills, undefined]]);

    expect(lines).toEqual([]);
  });
});

describe('Function: ifAny', () => {
  it('takes none for nothing to tell', () => {
    expect([0, 1, undefined].map(ifAny)).toEqual([undefined, 1, undefined]);
  });
});
