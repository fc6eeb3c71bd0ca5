import { describe, expect, it } from 'vitest';
import { countsOfDays } from '#core/issues/summaries/count-days.ts';
import { firstCountedDay, recentSeries, trendPoints } from '#core/issues/summaries/trend-points.ts';
import { Dimension, HOUR_MS, hourOf } from '#core/issues/trends/hour-counts.ts';
import { ago, DAY_MS, daysOf, incidentOf, NOW, ticketOf } from './grouped.ts';

/** One an hour by day and none by night, for 60 days; more in the last hour but one. */
const tickets = [
  ...Array.from({ length: 60 * 12 }, (_, n) => {
    const createdAt = Date.parse('2026-01-03T06:00:00Z') + Math.floor(n / 12) * DAY_MS + (n % 12) * HOUR_MS;
    return ticketOf(`t${n}`, { createdAt });
  }),
  ...Array.from({ length: 9 }, (_, n) =>
    ticketOf(`b${n}`, { createdAt: ago(0, 1), requester: `who ${n % 6}` }),
  ),
];
const counts = countsOfDays(daysOf(...tickets).values(), '2026-01-10');
const A = { dimension: Dimension.issue, id: 'A' };
const hours = (from: number, to: number, incidents = [incidentOf('i')]) =>
  trendPoints({ series: A, step: 'hour', from, to }, counts, incidents);

describe('trendPoints', () => {
  it('has each hour with what was to be expected of it', () => {
    const points = hours(ago(1), NOW);
    expect(points).toHaveLength(25);
    expect(points[0]?.t).toBe(Date.parse('2026-03-03T12:00:00Z'));
    const burst = points.at(-2);
    expect(burst).toMatchObject({ count: 9, requesters: 6 });
    const night = points.find(({ t }) => t === Date.parse('2026-03-04T02:00:00Z'));
    expect(night).toMatchObject({ count: 0, low: 0 });
    expect(night?.expected).toBeLessThan(0.3);
    expect(burst?.expected).toBeGreaterThan(0.5);
    expect(burst?.high).toBeLessThan(9);
  });

  it('expects nothing where not all tickets of four weeks before are here', () => {
    const query = { series: A, step: 'hour', from: ago(0, 2), to: NOW } as const;
    const expectedSince = (days: number) =>
      trendPoints({ ...query, completeSince: ago(days) }, counts, []).map(({ expected }) => expected);
    expect(expectedSince(29)).not.toContain(null);
    expect(expectedSince(20).every((expected) => expected === null)).toBe(true);
  });

  it('has each day, with what was to be expected of the whole of it', () => {
    const points = trendPoints({ series: A, step: 'day', from: ago(3), to: NOW }, counts, []);
    expect(points.map(({ t, count }) => [new Date(t).toISOString().slice(0, 10), count])).toEqual([
      ['2026-03-01', 12],
      ['2026-03-02', 12],
      ['2026-03-03', 12],
      ['2026-03-04', 9],
    ]);
    const [, monday] = points;
    expect(monday?.expected).toBeGreaterThan(9);
    expect(monday?.expected).toBeLessThan(15);
    expect(monday?.low).toBeLessThan(12);
    expect(monday?.high).toBeGreaterThan(12);
  });

  it('expects of a Monday what Mondays have', () => {
    const workdays = tickets.filter(({ createdAt }) => ![0, 6].includes(new Date(createdAt).getUTCDay()));
    const ofWorkdays = countsOfDays(daysOf(...workdays).values(), '2000-01-01');
    const [sunday, monday] = trendPoints(
      { series: A, step: 'day', from: ago(3), to: ago(1) },
      ofWorkdays,
      [],
    );
    expect(sunday?.expected).toBeLessThan(4);
    expect(monday?.expected).toBeGreaterThan(9);
  });

  it('expects nothing while there is too little history, or the hours are no longer kept', () => {
    const [early] = hours(Date.parse('2026-01-20T10:00:00Z'), Date.parse('2026-01-20T11:00:00Z'));
    expect(early).toMatchObject({ count: 1, expected: null, low: null, high: null });
    const old = trendPoints(
      { series: A, step: 'day', from: Date.parse('2026-01-05'), to: Date.parse('2026-01-06') },
      counts,
      [],
    );
    expect(old).toEqual([
      {
        t: Date.parse('2026-01-05'),
        count: 12,
        requesters: 12,
        expected: null,
        low: null,
        high: null,
        alert: null,
      },
    ]);
    expect(
      trendPoints({ series: A, step: 'hour', from: ago(0, 2), to: ago(0, 1) }, new Map(), [])[0],
    ).toMatchObject({ count: 0, expected: null });
    expect(hours(NOW, ago(1))).toEqual([]);
  });

  it('names the incident that the series burst in', () => {
    const hour = hourOf(ago(0, 1));
    const own = incidentOf('own', { openedHour: hour - 1, lastHour: hour });
    const other = incidentOf('other', { openedHour: hour - 1, lastHour: hour, series: ['issue#B'] });
    expect(hours(ago(0, 3), NOW, [other, own]).map(({ alert }) => alert)).toEqual([null, 'own', 'own', null]);
    const [day] = trendPoints({ series: A, step: 'day', from: NOW, to: NOW + 1 }, counts, [own]);
    expect(day?.alert).toBe('own');
  });

  it('needs the days that its first point is compared with', () => {
    expect(firstCountedDay(NOW)).toBe('2026-02-02');
    const first = firstCountedDay(ago(1));
    const few = new Map([...counts].filter(([day]) => day >= first));
    expect(trendPoints({ series: A, step: 'hour', from: ago(1), to: NOW }, few, [])).toEqual(
      hours(ago(1), NOW, []),
    );
  });
});

describe('recentSeries', () => {
  it('ends with the hour and the day of now', () => {
    const { hours: recent, days } = recentSeries('issue#A', counts, NOW);
    expect([recent.length, days.length]).toEqual([168, 90]);
    expect(recent.at(-2)).toEqual({ t: Date.parse('2026-03-04T11:00:00Z'), count: 9, requesters: 6 });
    expect(days.at(-2)).toEqual({ t: Date.parse('2026-03-03T00:00:00Z'), count: 12, requesters: 12 });
    expect(days.find(({ t }) => t === Date.parse('2026-01-05'))).toMatchObject({ count: 12, requesters: 12 });
  });
});
