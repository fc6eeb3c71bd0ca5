import { describe, expect, it } from 'vitest';
import { type CostOptions, readCostOptions } from '#bench/month/cost-options.ts';
import { monthOf } from '#bench/month/month.ts';
import {
  monthTable,
  renderMonthMarkdown,
  renderMonthText,
  totalUsd,
  usd,
} from '#bench/month/render-month.ts';
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
  rotatedKeys: 1,
  traced: new Set(['skill-sync', 'admin-api']),
  flowLogs: 1,
};
const WITH_FEED: StackFacts = {
  ...STACK,
  feedTask: { vcpu: 0.25, memoryGb: 0.5, isArm: true, isSpot: true, hasPublicIp: true },
};
const options = (...args: string[]): CostOptions =>
  readCostOptions(['--skills', '1000', '--feed', 'off', '--requests', '0', '--ratings', '0', ...args]);

function amounts(given: CostOptions, stack = STACK) {
  const lines = monthOf({ options: given, measured: MEASURED, stack });
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
    // The same changes by the feed, each minute: announcements and comparisons do not rest.
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
    expect(of('CloudWatch: metrics of alarms').amount).toBe(20);
    expect(usd(of('CloudWatch: dashboards'))).toBe(3);
    expect(usd(of('Secrets Manager: secrets'))).toBe(0.4);
    expect(usd(of('KMS: keys'))).toBe(1);
    expect(usd(of('Cognito: people'))).toBeCloseTo(0.045, 10);
    // Five polls of 20 seconds, side by side, for 720 hours.
    expect(of('SQS').amount).toBeCloseTo(648_000, 6);
  });

  it('counts traces of the functions that are traced', () => {
    const syncsOnly = { ...STACK, traced: new Set(['skill-sync']) };
    const xray = (stack: StackFacts) =>
      monthOf({ options: options('--requests', '1000'), measured: MEASURED, stack }).find(
        ({ what }) => what === 'X-Ray',
      )?.amount;
    expect(xray(STACK)).toBe(3_880);
    expect(xray(syncsOnly)).toBe(2_880);
  });

  it('counts machine clients with two tokens a day, and what rotations add to a key until the third year', () => {
    const of = amounts(options('--machines', '2'));
    expect(usd(of('Cognito: machine clients'))).toBe(12);
    expect(usd(of('Cognito: tokens'))).toBeCloseTo(2 * 60 * 0.00225, 10);
    const rotations = (year: string) => usd(amounts(options('--year', year))('rotations'));
    expect(['1', '2', '3', '4'].map(rotations)).toEqual([0, 1, 2, 2]);
  });

  it('counts what anybody can cause without a token', () => {
    const of = amounts(options('--health-per-second', '20', '--refused-per-second', '1000'));
    // 20 a second are 51.84 million a month.
    expect(usd(of('Health checks: API Gateway'))).toBeCloseTo(51.84, 6);
    expect(of('Health checks: DynamoDB reads').amount).toBe(51_840_000);
    expect(usd(of('Health checks: logs taken in'))).toBeCloseTo(36.2, 1);
    // API Gateway charges nothing for what it refuses, but writes a line.
    expect(usd(of('Refused calls: access logs taken in'))).toBeCloseTo(543, 0);
  });

  it('sums up what monitoring costs', () => {
    const lines = monthOf({ options: options(), measured: MEASURED, stack: STACK });
    const monitoring = lines.filter(({ part }) => part === 'monitoring');
    // Two metrics by the hour, 20 of alarms, a composite alarm and a dashboard.
    expect(totalUsd(monitoring)).toBeCloseTo(0.6 + 2 + 0.5 + 3, 10);
    expect(monthTable(lines).rows.at(-1)).toEqual([
      'of it monitoring: metrics, alarms, dashboards',
      ...['', '', '', '$6.10', '$6.10'],
    ]);
  });
});

describe('monthOf with the feed', () => {
  const feed = (...args: string[]) => options('--feed', 'on', ...args);

  it('has the task of the feed only where the feed is on', () => {
    expect(() => amounts(options())('Fargate: vCPU')).toThrow();
    const of = amounts(feed(), WITH_FEED);
    expect(of('Fargate: vCPU')).toMatchObject({ amount: 180, price: 'fargateSpotVcpuHour' });
    expect(usd(of('Public IPv4'))).toBeCloseTo(3.6, 10);
    const onDemand = { ...WITH_FEED.feedTask!, isSpot: false, hasPublicIp: false };
    const other = amounts(feed(), { ...WITH_FEED, feedTask: onDemand });
    expect(usd(other('Fargate: vCPU'))).toBeCloseTo(180 * 0.03238, 10);
    expect(other('Public IPv4').amount).toBe(0);
  });

  it('takes 4 units for each message that changes an entry', () => {
    const of = amounts(feed('--feed-per-second', '1'), WITH_FEED);
    expect(of('what the feed says').amount).toBe(2_592_000 * 4);
    expect(usd(of('what the feed says'))).toBeCloseTo(6.48, 6);
  });

  it('lets a change cost once: what the feed has said a sync finds unchanged', () => {
    const of = amounts(feed('--changed', '1%'), WITH_FEED);
    // 10 skills in each of 2,880 syncs.
    expect(of('what the feed says').amount).toBeCloseTo(28_800 * 4, 6);
    expect(of('writes of changed skills').amount).toBeCloseTo(0, 6);
    const silent = amounts(feed('--changed', '1%', '--feed-per-second', '0'), WITH_FEED);
    expect(silent('what the feed says').amount).toBe(0);
    expect(silent('writes of changed skills').amount).toBeCloseTo(115_200, 6);
  });

  it('writes a lease each ten seconds, and a report each five at most', () => {
    const reports = (perSecond: string) =>
      amounts(feed('--feed-per-second', perSecond), WITH_FEED)('lease and reports').amount;
    expect(reports('0')).toBe(259_200);
    expect(reports('0.01')).toBe(259_200 + 25_920);
    expect(reports('100')).toBe(518_400);
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
