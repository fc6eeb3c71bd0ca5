import { describe, expect, it } from 'vitest';
import { simulateBursts } from '#bench/eval/burst-simulation.ts';

describe('simulateBursts', () => {
  const simulation = simulateBursts({ series: 56, weeks: 8, seed: 1 });

  it('has hardly any false alarm, and finds bursts of ten times the rate', () => {
    expect(simulation.falseAlarmsPerMonth).toBeLessThanOrEqual(0.1);
    for (const { perDay, found, medianHours } of simulation.rates.filter((rate) => rate.perDay >= 5)) {
      expect([perDay, found >= 0.9, medianHours <= 6]).toEqual([perDay, true, true]);
    }
  });

  it('is the same for the same seed', () => {
    expect(simulateBursts({ series: 14, weeks: 5, seed: 3 })).toEqual(
      simulateBursts({ series: 14, weeks: 5, seed: 3 }),
    );
  });
});
