import { describe, expect, it } from 'vitest';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import {
  type CountedTicket,
  countDay,
  type DayCounts,
  dayOf,
  hourOf,
  keyOf,
  seriesOfTicket,
} from '#core/issues/trends/hour-counts.ts';
import { evidenceTicket } from './evidence.ts';

const HOUR_MS = 3_600_000;
const LAST = hourOf(Date.parse('2025-11-11T06:00:00Z'));

type Written = {
  readonly hour: number;
  readonly issueId?: string;
  readonly kind?: string;
  readonly area?: string;
};

function ticketsOf(written: readonly Written[]): CountedTicket[] {
  return written.map(({ hour, issueId = 'i1', kind = 'bug', area = 'web' }, index) => ({
    ...{
      id: String(index),
      createdAt: hour * HOUR_MS,
      requester: `u${index}`,
      issueId,
      kind,
      productArea: area,
    },
    mergedInto: null,
  }));
}

/** One ticket in two hours, of twenty issues by turns, for so many days before the last hour. */
function usual(days: number): Written[] {
  return Array.from({ length: days * 12 }, (_, index) => ({
    hour: LAST - 2 * index,
    issueId: `i${index % 20}`,
    area: `a${index % 20}`,
    kind: `k${index % 20}`,
  }));
}

const burst = (over: Partial<Written> = {}) => Array.from({ length: 8 }, () => ({ hour: LAST, ...over }));

function sourcesOf(tickets: readonly CountedTicket[]) {
  const counts = new Map<string, Record<string, DayCounts>>();
  for (const day of new Set(tickets.map(({ createdAt }) => dayOf(hourOf(createdAt))))) {
    for (const [key, of] of countDay(tickets, day)) counts.set(key, { ...counts.get(key), [day]: of });
  }
  return {
    counts,
    evidenceOf: (series: Parameters<typeof keyOf>[0], from: number, to: number) =>
      tickets
        .filter((one) => hourOf(one.createdAt) >= from && hourOf(one.createdAt) <= to)
        .filter((one) => seriesOfTicket(one).some((of) => keyOf(of) === keyOf(series)))
        .map(({ id }) => evidenceTicket(id, 'text')),
  };
}

const keysAt = (hour: number, written: readonly Written[]) =>
  (findBursts([hour], sourcesOf(ticketsOf(written))).alerts.get(hour) ?? []).map(({ series }) =>
    keyOf(series),
  );

describe('findBursts', () => {
  it('finds the series that burst, with the tickets of the window', () => {
    const sources = sourcesOf(ticketsOf([...usual(40), ...burst()]));
    const { isWarmingUp, alerts } = findBursts([LAST], sources);
    expect(isWarmingUp).toBe(false);
    const issue = alerts.get(LAST)?.find(({ series }) => keyOf(series) === 'issue#i1');
    expect(issue).toMatchObject({ hour: LAST, observed: 9, windowHours: 3 });
    expect(issue?.tickets).toHaveLength(9);
    expect(alerts.get(LAST)?.map(({ series }) => keyOf(series))).toContain('product_area#web');
  });

  it('finds nothing where nothing bursts', () => {
    expect(keysAt(LAST, usual(40))).toEqual([]);
  });

  it('tests several hours, each by what was known in it', () => {
    const { alerts } = findBursts(
      [LAST - 1, LAST, LAST + 1],
      sourcesOf(ticketsOf([...usual(40), ...burst()])),
    );
    expect([...alerts].map(([hour, of]) => [hour - LAST, of.length > 0])).toEqual([
      [-1, false],
      [0, true],
      [1, true],
    ]);
  });

  it('is warming up as long as not all tickets of four weeks are here, whatever older ones are', () => {
    const sources = sourcesOf(ticketsOf([...usual(40), ...burst()]));
    const since = (days: number) => findBursts([LAST], { ...sources, completeSince: LAST + 1 - days * 24 });
    expect(since(28).isWarmingUp).toBe(false);
    expect(since(28).alerts.get(LAST)).not.toEqual([]);
    expect(since(27).isWarmingUp).toBe(true);
    expect(since(27).alerts.get(LAST)).toEqual([]);
  });

  it('finds no burst in a backfill of ninety days: tickets count where they were written', () => {
    expect(keysAt(LAST, usual(90))).toEqual([]);
  });

  it('lets a wave of spam burst nowhere', () => {
    expect(keysAt(LAST, [...usual(40), ...burst({ kind: 'spam' })])).toEqual([]);
  });

  it('asks more of an area than of all tickets', () => {
    const ten = [...burst({ issueId: 'i99' }), ...burst({ issueId: 'i99' }).slice(0, 2)];
    const oneArea = [...usual(40), ...ten].map((one) => ({ ...one, area: 'web' }));
    expect(keysAt(LAST, oneArea)).toContain('total#');
    expect(keysAt(LAST, oneArea)).not.toContain('product_area#web');
  });

  it('warms up with less than 28 days of any tickets', () => {
    const sources = sourcesOf(ticketsOf([...usual(20), ...burst()]));
    expect(findBursts([LAST], sources)).toEqual({ isWarmingUp: true, alerts: new Map([[LAST, []]]) });
  });

  it('is warming up with no tickets, and with no hours', () => {
    expect(findBursts([LAST], sourcesOf([])).isWarmingUp).toBe(true);
    expect(findBursts([], sourcesOf(ticketsOf(usual(40))))).toEqual({ isWarmingUp: true, alerts: new Map() });
  });

  it('has a defined answer for one ticket, and for 500 of one person', () => {
    expect(keysAt(LAST, [{ hour: LAST }])).toEqual([]);
    const same = ticketsOf(Array.from({ length: 500 }, () => ({ hour: LAST }))).map((one) => ({
      ...one,
      requester: 'ann',
    }));
    const sources = sourcesOf([
      ...ticketsOf(usual(40)),
      ...same.map((one) => ({ ...one, id: `s${one.id}` })),
    ]);
    expect(findBursts([LAST], sources).alerts.get(LAST)).toEqual([]);
  });
});
