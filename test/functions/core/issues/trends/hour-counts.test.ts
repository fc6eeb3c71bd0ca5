import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalsOf,
  type CountedTicket,
  changedCounts,
  compactDays,
  countDay,
  dayAfter,
  dayOf,
  firstHourOf,
  hourOf,
  keyOf,
  seriesOf,
  sumCounts,
  totalOf,
} from '#core/issues/trends/hour-counts.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const DAY = '2025-11-11';
const START = Date.parse(`${DAY}T00:00:00Z`);

function ticket(id: string, at: string, over: Partial<CountedTicket> = {}): CountedTicket {
  const createdAt = Date.parse(`${DAY}T${at}:00Z`);
  return {
    ...{
      id,
      createdAt,
      requester: `u-${id}`,
      issueId: 'i1',
      productArea: 'web',
      kind: 'bug',
      mergedInto: null,
    },
    ...over,
  };
}

describe('countDay', () => {
  it('counts tickets, distinct requesters of each hour, and those who come for the first time in the day', () => {
    const tickets = [
      ticket('1', '08:00', { requester: 'ann' }),
      ticket('2', '08:59', { requester: 'ann' }),
      ticket('3', '08:30', { requester: 'bob' }),
      ticket('4', '09:00', { requester: 'ann' }),
    ];
    const total = countDay(tickets, DAY).get('total#');
    expect([8, 9].map((hour) => total?.tickets[hour])).toEqual([3, 1]);
    expect([8, 9].map((hour) => total?.requesters[hour])).toEqual([2, 1]);
    expect([8, 9].map((hour) => total?.arrivals[hour])).toEqual([2, 0]);
    expect(total && totalOf(total)).toEqual({ tickets: 4, requesters: 2 });
  });

  it('counts by total, product area, kind and issue', () => {
    expect([...countDay([ticket('1', '08:00')], DAY).keys()]).toEqual([
      'total#',
      'product_area#web',
      'kind#bug',
      'issue#i1',
    ]);
  });

  it('counts spam as spam alone', () => {
    expect([...countDay([ticket('1', '08:00', { kind: 'spam' })], DAY).keys()]).toEqual(['kind#spam']);
  });

  it('counts a merged duplicate once, and the person who wrote it', () => {
    const total = countDay(
      [ticket('1', '08:00'), ticket('2', '08:10', { mergedInto: '1', requester: 'bob' })],
      DAY,
    ).get('total#');
    expect([total?.tickets[8], total?.requesters[8]]).toEqual([1, 2]);
  });

  it('counts each ticket of an unknown requester as somebody else', () => {
    const unknown = { requester: null };
    const counts = countDay([ticket('1', '08:00', unknown), ticket('2', '08:00', unknown)], DAY);
    expect(counts.get('total#')?.requesters[8]).toBe(2);
  });

  it('counts by when it was written, and leaves other days out', () => {
    const other = [
      ticket('1', '08:00', { createdAt: START - 1 }),
      ticket('2', '08:00', { createdAt: Number.NaN }),
    ];
    expect(countDay([...other, ticket('3', '23:59')], DAY).get('total#')?.tickets).toEqual([
      ...new Array(23).fill(0),
      1,
    ]);
  });

  it('changes nothing when tickets come again or in another order, and never is below zero', () => {
    const tickets = fc.array(
      fc.record({
        id: fc.integer({ min: 0, max: 40 }).map(String),
        createdAt: fc.integer({ min: START - 3_600_000, max: START + 25 * 3_600_000 }),
        requester: fc.option(fc.constantFrom('a', 'b', 'c')),
        issueId: fc.option(fc.constantFrom('i1', 'i2')),
        productArea: fc.option(fc.constantFrom('web', '__proto__')),
        kind: fc.option(fc.constantFrom('bug', 'spam')),
        mergedInto: fc.option(fc.constantFrom('1', '2')),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(tickets, fc.integer({ min: 0, max: 60 }), (all, kept) => {
        const unique = [...new Map(all.map((one) => [one.id, one])).values()];
        const counted = countDay(unique, DAY);
        const again = countDay([...unique].reverse().concat(unique), DAY);
        expect(changedCounts(counted, again)).toEqual(new Map());
        const fewer = countDay(unique.slice(0, kept), DAY);
        const after = new Map([...counted, ...changedCounts(counted, fewer)]);
        expect(changedCounts(after, fewer)).toEqual(new Map());
        for (const { tickets: of, requesters, arrivals } of after.values()) {
          expect([...of, ...requesters, ...arrivals].every((count) => count >= 0)).toBe(true);
        }
      }),
      { seed: SEED },
    );
  });
});

describe('changedCounts', () => {
  it('has zeros for a series whose last ticket was deleted, and nothing for one that did not change', () => {
    const before = countDay([ticket('1', '08:00'), ticket('2', '08:00', { issueId: 'i2' })], DAY);
    const changed = changedCounts(before, countDay([ticket('1', '08:00')], DAY));
    expect([...changed.keys()]).toEqual(['total#', 'product_area#web', 'kind#bug', 'issue#i2']);
    expect(changed.get('issue#i2')?.tickets).toEqual(new Array(24).fill(0));
  });
});

describe('sumCounts', () => {
  it('sums the histories of issues that became one', () => {
    const history = (hour: string, day = DAY) => ({
      [day]: countDay([ticket('1', hour)], DAY).get('total#') ?? {
        tickets: [],
        requesters: [],
        arrivals: [],
      },
    });
    const sum = sumCounts([history('08:00'), history('08:00'), history('09:00', '2025-11-10')]);
    expect(sum[DAY]?.arrivals[8]).toBe(2);
    expect(sum['2025-11-10']?.arrivals[9]).toBe(1);
  });
});

describe('compactDays', () => {
  it('keeps the hours of the newest days and the totals of the others', () => {
    const counts = countDay([ticket('1', '08:00'), ticket('2', '09:00', { requester: 'u-1' })], DAY).get(
      'total#',
    );
    if (counts === undefined) throw new Error('nothing was counted');
    const { hours, days } = compactDays({ '2025-08-01': counts, [DAY]: counts }, '2025-11-01');
    expect(Object.keys(hours)).toEqual([DAY]);
    expect(days).toEqual({ '2025-08-01': { tickets: 2, requesters: 1 } });
  });
});

describe('arrivalsOf', () => {
  it('lays the days out by the hour, and hours without data are 0', () => {
    const counts = countDay([ticket('1', '08:00')], DAY).get('total#');
    if (counts === undefined) throw new Error('nothing was counted');
    const hours = arrivalsOf({ [DAY]: counts, '2025-01-01': counts }, firstHourOf(DAY) - 24, 72);
    expect([hours.length, hours[32], hours.reduce((sum, count) => sum + count, 0)]).toEqual([72, 1, 1]);
  });

  it('is empty for no hours', () => {
    expect(arrivalsOf({}, 0, -5)).toHaveLength(0);
  });
});

describe('Days and hours', () => {
  it.each([
    ['2024-02-28', '2024-02-29'],
    ['2024-02-29', '2024-03-01'],
    ['2025-02-28', '2025-03-01'],
    ['2025-12-31', '2026-01-01'],
    // Clocks change in Europe on these days; in UTC each has 24 hours.
    ['2025-03-30', '2025-03-31'],
    ['2025-10-26', '2025-10-27'],
  ])('has 24 hours from %s to %s', (day, next) => {
    expect(dayAfter(day, 1)).toBe(next);
    expect(firstHourOf(next) - firstHourOf(day)).toBe(24);
    expect(dayOf(firstHourOf(next) - 1)).toBe(day);
    expect(dayAfter(next, -1)).toBe(day);
  });

  it('begins an hour at its first millisecond', () => {
    expect([hourOf(3_599_999), hourOf(3_600_000), hourOf(-1)]).toEqual([0, 1, -1]);
  });
});

describe('keyOf', () => {
  it('is read back whatever the id has in it', () => {
    for (const id of ['', 'a', 'a#b', 'über/alles']) {
      expect(seriesOf(keyOf({ dimension: 'product_area', id }))).toEqual({ dimension: 'product_area', id });
    }
  });
});
