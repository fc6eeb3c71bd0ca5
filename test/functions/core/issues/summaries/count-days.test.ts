import { describe, expect, it } from 'vitest';
import type { DayOfCounts } from '#core/issues/issue-generation.ts';
import {
  changedDays,
  compactedDays,
  countsOfDays,
  historiesOf,
  historyOf,
  totalOfDay,
} from '#core/issues/summaries/count-days.ts';
import { TOTAL } from '#core/issues/trends/hour-counts.ts';
import { ago, daysOf, ticketOf } from './grouped.ts';

const days = daysOf(
  ticketOf('1', { createdAt: ago(1) }),
  ticketOf('2', { createdAt: ago(1, 1), requester: 'person of 1' }),
  ticketOf('3', { createdAt: ago(95) }),
);
const [recent, old] = ['2026-03-03', '2025-11-29'];
const counts = countsOfDays(days.values(), '2025-12-01');

describe('countsOfDays', () => {
  it('has the hours of days of the window, and the totals of others', () => {
    expect(counts.get(recent)?.totals.size).toBe(0);
    expect(counts.get(recent)?.hours.get(TOTAL)?.tickets.slice(11, 13)).toEqual([1, 1]);
    expect(counts.get(old)).toEqual({
      hours: new Map(),
      totals: new Map(
        [TOTAL, 'product_area#export', 'kind#bug', 'issue#A'].map((key) => [
          key,
          { tickets: 1, requesters: 1 },
        ]),
      ),
    });
  });

  it('says what a series has on a day, however that is kept', () => {
    expect(totalOfDay(counts.get(recent), 'issue#A')).toEqual({ tickets: 2, requesters: 1 });
    expect(totalOfDay(counts.get(old), 'issue#A')).toEqual({ tickets: 1, requesters: 1 });
    expect(totalOfDay(undefined, 'issue#A')).toEqual({ tickets: 0, requesters: 0 });
  });
});

describe('compactedDays', () => {
  it('takes the hours of days that became older than the window', () => {
    const all = countsOfDays(days.values(), '2000-01-01');
    expect(compactedDays(all, '2025-12-01')).toEqual(new Map([[old, counts.get(old)]]));
    expect(compactedDays(counts, '2025-12-01').size).toBe(0);
  });
});

describe('changedDays', () => {
  it('has the days that are to be stored anew', () => {
    expect(changedDays(counts, countsOfDays(days.values(), '2025-12-01')).size).toBe(0);
    const more = daysOf(
      ticketOf('1', { createdAt: ago(1) }),
      ticketOf('4', { createdAt: ago(95) }),
      ticketOf('5'),
    );
    expect([...changedDays(counts, countsOfDays(more.values(), '2025-12-01')).keys()]).toEqual([recent]);
    const none = countsOfDays([{ day: old, tickets: [] }], '2025-12-01');
    expect([...changedDays(counts, none).keys()]).toEqual([old]);
    expect([...changedDays(counts, compactedDays(counts, '2027-01-01')).keys()]).toEqual([recent]);
  });

  it('takes a day of zeros for one without counts', () => {
    const zeros: DayOfCounts = {
      hours: new Map(),
      totals: new Map([[TOTAL, { tickets: 0, requesters: 0 }]]),
    };
    expect(changedDays(new Map(), new Map([[old, zeros]])).size).toBe(0);
  });
});

describe('historiesOf', () => {
  it('has the hours of each series by day', () => {
    const histories = historiesOf(counts);
    expect(Object.keys(histories.get(TOTAL) ?? {})).toEqual([recent]);
    expect(historyOf(counts, TOTAL)).toEqual(histories.get(TOTAL));
    expect(historyOf(counts, 'issue#none')).toEqual({});
  });
});
