import { describe, expect, it } from 'vitest';
import { PRICES } from '#lib/prices.ts';
import { keyText } from '#test/monitoring/alarms.ts';
import { expressionsIn, metricsIn, widgetsOf } from '#test/monitoring/dashboard-metrics.ts';
import { WITH_DASHBOARD, WITH_TICKETS, watchedStack } from '#test/monitoring/watched-stack.ts';

const ROWS = ['Overview', 'Sync', 'Cache', 'Feed', 'Conflicts', 'Ratings', 'Cost'];

describe('SyncDashboard', () => {
  const { template, monitoring } = watchedStack(WITH_DASHBOARD);
  const widgets = widgetsOf(template);

  /** The widgets between a row's heading and the next one's. */
  const row = (title: string, of = widgets) => {
    const heading = of.findIndex(({ properties }) => properties.markdown === `## ${title}`);
    const rest = heading < 0 ? [] : of.slice(heading + 1);
    const end = rest.findIndex(({ properties }) => properties.markdown?.startsWith('## '));
    return end < 0 ? rest : rest.slice(0, end);
  };

  it('has its rows, each with something in it, none over another', () => {
    const headings = widgets.flatMap(({ properties }) => properties.markdown?.match(/^## (.*)/)?.[1] ?? []);
    expect(headings).toEqual(ROWS);
    for (const title of ROWS) expect(row(title).length, title).toBeGreaterThan(0);
    const places = widgets.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(widgets.length);
  });

  it('shows every alarm that tells somebody', () => {
    const [status] = row('Overview');
    const loud = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
      .flatMap((type) => Object.entries(template.findResources(type)))
      .filter(([, { Properties }]) => Properties.AlarmActions !== undefined)
      .map(([id]) => `\${${id}.Arn}`);
    expect(status?.properties.alarms?.toSorted()).toEqual(loud.toSorted());
  });

  it('keeps within the 50 metrics for which a dashboard is free', () => {
    expect(new Set(metricsIn(widgets).map(keyText)).size).toBeLessThanOrEqual(50);
  });

  it('is there only where a setting asks for it', () => {
    const without = watchedStack();
    without.template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    expect(without.monitoring.dashboard).toBeUndefined();
  });

  it.each([
    ['Overview', ['Runs that succeeded, %', 'Requests to the API that succeeded, %']],
    ['Cache', ['Reads of a skill that the cache answered, %']],
    ['Feed', ['Minutes in which the polls did the work of the feed']],
    ['Conflicts', ['Conflicts that were detected, by type']],
  ])('has in its row %s %o', (title, panels) => {
    expect(row(title).map(({ properties }) => properties.title)).toEqual(expect.arrayContaining(panels));
  });

  it('asks each question of the logs of those who write such lines', () => {
    const asked = widgets.filter(({ type }) => type === 'log');
    expect(asked.length).toBeGreaterThan(10);
    const conflicts = asked.find(({ properties }) => properties.title?.includes('by type and severity'));
    expect(conflicts?.properties.query?.match(/SOURCE '\$\{(\w+)\}'/g)).toEqual([
      expect.stringMatching(/skillsyncLogs/),
      expect.stringMatching(/FeedLogs/),
    ]);
  });

  it('asks about support tickets only where there are any', () => {
    const withTickets = widgetsOf(watchedStack({ ...WITH_DASHBOARD, ...WITH_TICKETS }).template);
    expect(row('Support tickets')).toEqual([]);
    expect(row('Support tickets', withTickets).map(({ type }) => type)).toEqual(['log', 'log', 'log']);
  });

  it('says so where there is no feed', () => {
    const without = widgetsOf(watchedStack(WITH_DASHBOARD, { feed: null }).template);
    expect(row('Feed', without)[0]?.properties.markdown).toContain('no real-time feed');
    expect(metricsIn(without).filter(({ name }) => name.startsWith('Feed'))).toEqual([]);
  });

  describe('in its row of costs', () => {
    /** The expression with numbers for its metrics: what the widget would show. */
    const dollars = (label: string, values: Record<string, number>) => {
      const { expression } = expressionsIn(row('Cost')).find((one) => one.label === label)!;
      const sums = expression.replace(/SUM\(\[(.*?)\]\)/g, (_, list) => `(${list.replaceAll(',', '+')})`);
      const digits = sums.replace(/[a-z]\d+/g, (id) => String(values[id] ?? values[id[0]!] ?? 0));
      expect(digits).toMatch(/^[\d\s.+*/()]+$/);
      return Number(new Function(`return ${digits}`)());
    };

    it('counts what DynamoDB bills, indexes included', () => {
      // Four times 250,000 writes and 1,000,000 reads.
      expect(dollars('DynamoDB', { w: 250_000, r: 1_000_000 })).toBeCloseTo(0.625 + 0.5, 9);
    });

    it('counts what Lambda bills by duration, memory and invocations', () => {
      // Six functions of a quarter GB, 1,000 s in 1,000 invocations each.
      const expected = 6 * (1_000 * 0.25 * PRICES.lambdaGbSecond.usd + 1_000 * PRICES.lambdaRequest.usd);
      expect(dollars('Lambda', { d: 1_000_000, n: 1_000 })).toBeCloseTo(expected, 9);
    });

    it('counts requests to the API, and the minutes in which the feed says that it is there', () => {
      expect(dollars('API', { a: 1_000_000 })).toBeCloseTo(1, 9);
      const hourly = 0.25 * 0.010_309_69 + 0.5 * 0.001_133_49 + 0.005;
      expect(dollars('Feed', { f: 1_440 })).toBeCloseTo(24 * hourly, 4);
    });

    it('says what the alarms cost', () => {
      const said = row('Cost').map(({ properties }) => properties.markdown ?? '');
      expect(said.join()).toContain(`the alarms, ${monitoring.alarmsUsd.toFixed(2)} US dollars a month`);
    });
  });
});
