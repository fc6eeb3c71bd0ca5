import { describe, expect, it } from 'vitest';
import { readCostOptions } from '#bench/month/cost-options.ts';

describe('readCostOptions', () => {
  it('takes the load of the documents by default', () => {
    expect(readCostOptions([])).toMatchObject({
      skills: 5_000,
      changedShare: 0.01,
      intervalMinutes: 15,
      feed: true,
      feedGatherSeconds: 900,
      spot: true,
      dashboard: false,
      healthPerSecond: 0,
      year: 1,
    });
  });

  it('takes for the rate of the feed what the syncs would find, and none without a feed', () => {
    expect(readCostOptions([]).feedPerSecond).toBeCloseTo(50 / 900, 10);
    expect(readCostOptions(['--changed', '10%', '--interval', '5']).feedPerSecond).toBeCloseTo(500 / 300, 10);
    expect(readCostOptions(['--feed', 'off', '--feed-per-second', '9']).feedPerSecond).toBe(0);
    expect(readCostOptions(['--feed-per-second', '0.25']).feedPerSecond).toBe(0.25);
  });

  it.each([
    [['--changed', '1'], /--changed is "1"; it must be a percentage from 0% to 100%, such as 1%/],
    [['--interval', '4'], /--interval is "4"; it must be a whole number from 5 to 60/],
    [['--feed', 'yes'], /--feed is "yes"; it must be on or off/],
    [['--feed-per-second', '-1'], /--feed-per-second.*/],
    [['--feed-per-second=1e3'], /--feed-per-second is "1e3"; it must be a number from 0 to 10000/],
    [['--feed-gather', '901'], /--feed-gather is "901"; it must be a whole number from 0 to 900/],
    [['--health-per-second', '21'], /--health-per-second is "21"; it must be a number from 0 to 20/],
    [['--price', '1'], /price/],
  ])('refuses %o', (args, message) => {
    expect(() => readCostOptions(args)).toThrow(message);
  });
});
