import { beforeAll, describe, expect, it } from 'vitest';
import { readCostOptions } from '#bench/month/cost-options.ts';
import { monthOf } from '#bench/month/month.ts';
import { totalUsd } from '#bench/month/render-month.ts';
import { readStackFacts } from '#bench/month/stack-facts.ts';
import { type MeasuredSyncs, measureSyncs } from '#bench/sync/measure-syncs.ts';

describe('A month at 5,000 skills, with default settings', () => {
  let measured: MeasuredSyncs;
  beforeAll(async () => {
    measured = await measureSyncs(readCostOptions([]));
  });
  const totalOf = (...args: string[]) => {
    const options = readCostOptions(args);
    const stack = readStackFacts({ ...options, tickets: options.tickets > 0 });
    return totalUsd(monthOf({ options, measured, stack }));
  };

  it('costs 16 dollars at most', () => {
    expect(totalOf()).toBeLessThanOrEqual(16);
  });

  it('costs 8 dollars at most without the feed', () => {
    expect(totalOf('--feed', 'off')).toBeLessThanOrEqual(8);
  });

  it('costs the share of the published rate that gathering leaves', () => {
    const busy = totalOf('--feed-per-second', '100') - totalOf();
    expect(busy).toBeGreaterThan(20);
    expect(busy).toBeLessThan(50);
    expect(totalOf('--feed-per-second', '100', '--feed-gather', '0') - totalOf()).toBeGreaterThan(600);
  });
});
