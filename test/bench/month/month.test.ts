import { describe, expect, it } from 'vitest';
import { type CostOptions, readCostOptions } from '#bench/month/cost-options.ts';
import { monthOf } from '#bench/month/month.ts';
import { monthTable, renderMonthMarkdown, renderMonthText, usd } from '#bench/month/render-month.ts';
import { renewedShare } from '#bench/month/renewals.ts';
import type { StackFacts } from '#bench/month/stack-facts.ts';
import type { MeasuredSyncs } from '#bench/sync/measure-syncs.ts';

const HOUR = 3_600_000;

/** Of 1,000 skills: 3 units each to write, 20 units to read the digests, 4 for the run itself. */
const MEASURED: MeasuredSyncs = {
  first: { reads: 20, writes: 3_010, cpuMs: 2_000 },
  quiet: { reads: 20, writes: 4, cpuMs: 200 },
  changed: { reads: 20, writes: 34, cpuMs: 250, skills: 10 },
  renewing: { reads: 20, writes: 3_004, cpuMs: 1_500, skills: 1_000 },
  tableBytes: 1_073_741_824,
};
const STACK: StackFacts = {
  memoryMb: { 'skill-sync': 1_769, 'cache-cleanup': 1_024, 'rating-sync': 1_024, 'rating-upload': 1_024 },
  secrets: 1,
  kmsKeys: 1,
  alarmMetrics: 20,
  compositeAlarms: 1,
  dashboards: 1,
  polledQueues: 1,
  userPools: 1,
};
const options = (...args: string[]): CostOptions =>
  readCostOptions(['--skills', '1000', '--feed', 'off', '--requests', '0', '--ratings', '0', ...args]);

function amounts(given: CostOptions) {
  const lines = monthOf({ options: given, measured: MEASURED, stack: STACK });
  return (what: string) => {
    const [found, ...others] = lines.filter((one) => one.what.includes(what));
    if (found === undefined || others.length > 0) throw new Error(`no single line with "${what}"`);
    return found;
  };
}

describe('monthOf', () => {
  it('multiplies what a sync wrote by the syncs of a month', () => {
    const of = amounts(options('--changed', '1%'));
    // 2,880 syncs, 10 changed skills each, 3 units in the table and 1 in `digests`: 115,200.
    expect(of('changed skills').amount).toBeCloseTo(115_200, 6);
    // 2,880 syncs of 4 units.
    expect(of('run records').amount).toBeCloseTo(11_520, 6);
    // 2,880 syncs of 20 units.
    expect(of('reads of the syncs').amount).toBeCloseTo(57_600, 6);
  });

  it('takes 4 units for each of 1,000 skills in each of 2,880 syncs where everything is rewritten', () => {
    const of = amounts(options());
    expect(of('changed skills').naive).toBeCloseTo(11_520_000, 6);
    expect(usd(of('changed skills'), 'naive')).toBeCloseTo(7.2, 10);
    expect(of('renewed skills').naive).toBe(0);
    expect(of('reads of the syncs').naive).toBe(0);
  });

  it('reckons the search by what is added to its snapshot, by loads, and by what is compared', () => {
    const of = amounts(options('--changed', '100%'));
    // 2,880 syncs of 1,000 skills, merged at three times 0.129 units.
    expect(of('writes of the search').amount).toBeCloseTo(2_880 * 1_000 * 0.387, 6);
    // 1,500 loads of 32.6 units, 36,000 checks, and 16.3 units at five of them after each sync of ten hours a day.
    expect(of('reads of the search').amount).toBeCloseTo(48_900 + 36_000 + 1_200 * 5 * 16.3, 6);
    const feed = amounts(options('--changed', '100%', '--feed', 'on'));
    expect(feed('writes of the search').amount - of('writes of the search').amount).toBeCloseTo(
      43_200 * 5,
      6,
    );
    expect(feed('reads of the search').amount).toBeCloseTo(48_900 + 36_000 * 17.3 + 43_200, 6);
  });

  it('has half as many syncs when they are half an hour apart', () => {
    const changed = (minutes: string) => amounts(options('--interval', minutes))('changed skills').amount;
    expect(changed('30')).toBeCloseTo(changed('15') / 2, 10);
  });

  it('reckons whole units for other sizes of skills', () => {
    const of = amounts(options('--changed', '1%', '--size', '5000'));
    // 5,400 bytes are 6 units where 2,600 were 3; the entry of the index stays what it is.
    expect(of('changed skills').amount).toBeCloseTo(2_880 * 10 * 7, 6);
  });

  it('stretches the measured time to the share of a processor, and adds a cold start and the pages', () => {
    const of = amounts(options('--latency', '100'));
    // 11 pages are three rounds of four: 0.5 + 0.25 + 0.3 s at 1,769 MB, which is one whole processor.
    expect(of('skill-sync').amount).toBeCloseTo((2_880 * 1.05 * 1_769) / 1_024, 6);
  });

  it('waits a minute for each hundred pages', () => {
    const of = amounts(options('--page-size', '5', '--latency', '0'));
    // 201 requests: one more minute than the first hundred takes.
    expect(of('skill-sync').amount).toBeCloseTo((2_880 * 60.75 * 1_769) / 1_024, 6);
  });

  it('counts what is paid by the month, and the polls of an idle queue', () => {
    const of = amounts(options('--operators', '3'));
    expect(of('CloudWatch: alarms').amount).toBe(20);
    expect(usd(of('CloudWatch: dashboards'))).toBe(3);
    expect(usd(of('secrets'))).toBe(0.4);
    expect(usd(of('KMS'))).toBe(1);
    expect(usd(of('Cognito'))).toBeCloseTo(0.06, 10);
    // Five polls of 20 seconds, side by side, for 720 hours.
    expect(of('SQS').amount).toBeCloseTo(648_000, 6);
  });

  it('has the task of the feed only where the feed is on', () => {
    expect(() => amounts(options())('Fargate: vCPU')).toThrow();
    const of = amounts(options('--feed', 'on'));
    expect(of('Fargate: vCPU').amount).toBe(180);
    expect(usd(of('Public IPv4'))).toBeCloseTo(3.6, 10);
    // A write each ten seconds.
    expect(of('ratings and the feed').amount).toBeCloseTo(259_200, 6);
  });
});

describe('renewedShare', () => {
  const lifetime = { ttlMs: 24 * HOUR, intervalMs: HOUR / 4 };

  it('is one in 48 to 72 syncs where nothing changes', () => {
    expect(renewedShare(0, lifetime)).toBeGreaterThan(1 / 73);
    expect(renewedShare(0, lifetime)).toBeLessThan(1 / 49);
  });

  it('is nothing where everything changes each time', () => {
    expect(renewedShare(1, lifetime)).toBe(0);
  });

  it('falls the more changes', () => {
    const shares = [0, 0.001, 0.01, 0.1].map((share) => renewedShare(share, lifetime));
    expect(shares.toSorted((a, b) => b - a)).toEqual(shares);
  });

  it('is what a simulated month of one skill comes to', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const syncs = 200_000;
    let renewals = 0;
    for (const skill of Array(20).keys()) {
      const due = 48 + Math.floor(24 * (skill / 20));
      let age = 0;
      for (let sync = 0; sync < syncs / 20; sync += 1) {
        age += 1;
        const changes = random() < 0.01;
        if (!changes && age > due) renewals += 1;
        if (changes || age > due) age = 0;
      }
    }
    // The ages are spread as the jitter spreads them, evenly between 48 and 72 syncs.
    expect(renewals / syncs).toBeCloseTo(renewedShare(0.01, lifetime), 3);
  });
});

describe('The table of a month', () => {
  const table = monthTable([
    { what: 'writes', price: 'dynamoDbWrite', amount: 2_000_000, naive: 20_000_000 },
    { what: 'nothing', price: 'sqsRequest', amount: 0, naive: 0 },
    { what: 'secret', price: 'secret', amount: 1, naive: 1 },
  ]);

  it('has a sum below, and leaves out what costs nothing', () => {
    expect(table.rows.map(([what, , , , ours, naive]) => [what, ours, naive])).toEqual([
      ['writes', '$1.25', '$12.50'],
      ['secret', '$0.40', '$0.40'],
      ['together', '$1.65', '$12.90'],
    ]);
  });

  it('is shown as text and as Markdown', () => {
    expect(renderMonthText(table).split('\n').at(-1)).toMatch(/^together +\$1\.65 +\$12\.90$/);
    expect(renderMonthMarkdown(table).split('\n')[2]).toBe(
      '| writes | 2,000,000 | write request unit | $0.625 a million | $1.25 | $12.50 |',
    );
  });
});

describe('readCostOptions', () => {
  it('takes the load of the documents by default', () => {
    expect(readCostOptions([])).toMatchObject({
      skills: 5_000,
      changedShare: 0.01,
      intervalMinutes: 15,
      feed: true,
    });
  });

  it.each([
    [['--changed', '1'], /--changed is "1"; it must be a percentage from 0% to 100%, such as 1%/],
    [['--interval', '4'], /--interval is "4"; it must be a whole number from 5 to 60/],
    [['--feed', 'yes'], /--feed is "yes"; it must be on or off/],
    [['--price', '1'], /price/],
  ])('refuses %o', (args, message) => {
    expect(() => readCostOptions(args)).toThrow(message);
  });
});
