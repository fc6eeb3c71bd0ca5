import { describe, expect, it } from 'vitest';
import { readCostOptions } from '#bench/month/cost-options.ts';
import { skillWrites } from '#bench/month/skill-writes.ts';

describe('skillWrites', () => {
  const byFeed = (perSecond: string, gather: string) =>
    skillWrites(
      readCostOptions(['--skills', '5000', '--feed-per-second', perSecond, '--feed-gather', gather]),
    ).byFeed;

  it('is every message where nothing is gathered, and up to the refill of the bucket', () => {
    expect(byFeed('100', '0')).toBe(259_200_000);
    expect(byFeed('2', '900')).toBe(5_184_000);
  });

  it('is a bucket and each skill once in the time that is gathered for, where messages are many', () => {
    // Each of the 5,000 skills is held for 900 s, and changes 50 s later for the next time.
    expect(byFeed('100', '900')).toBeCloseTo(100_000 + (2_592_000 / 950) * 5_000, 0);
    expect(byFeed('100', '60')).toBeCloseTo(100_000 + (2_592_000 / 110) * 5_000, 0);
  });

  it('is less the fewer skills there are', () => {
    const few = skillWrites(readCostOptions(['--skills', '500', '--feed-per-second', '50'])).byFeed;
    expect(few).toBeCloseTo(100_000 + (2_592_000 / 910) * 500, 0);
  });

  it('leaves the syncs what the feed does not say', () => {
    const { bySyncs } = skillWrites(readCostOptions(['--changed', '2%', '--feed-per-second', '0.05']));
    // 100 of 5,000 skills a sync, 45 of them over the feed.
    expect(bySyncs).toBeCloseTo(2_880 * 55, 6);
  });
});
