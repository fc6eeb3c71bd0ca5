import { describe, expect, it } from 'vitest';
import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import { createIsComparable } from '#core/issues/trends/comparable-series.ts';
import { dayAfter, firstHourOf, seriesOf } from '#core/issues/trends/hour-counts.ts';

const TODAY = '2025-11-11';
const KEYS = ['total#', 'issue#A', 'product_area#export', 'kind#bug'];

/** Ten tickets a day for 40 days, so many of which have an analysis. */
function daysWith(analysed: (daysAgo: number) => number): ReadonlyMap<string, TicketDay> {
  return new Map(
    Array.from({ length: 40 }, (_, daysAgo) => {
      const day = dayAfter(TODAY, -daysAgo);
      const tickets = Array.from(
        { length: 10 },
        (_ticket, n) => ({ confidence: n < analysed(daysAgo) ? 'high' : null }) as GroupedTicket,
      );
      return [day, { day, tickets }] as const;
    }),
  );
}
function comparable(days: ReadonlyMap<string, TicketDay>, day = TODAY) {
  const isComparable = createIsComparable(days);
  return KEYS.filter((key) => isComparable(seriesOf(key), firstHourOf(day) + 6));
}

describe('Function: createIsComparable', () => {
  it.each([
    ['every ticket has an analysis', () => 10],
    ['none has', () => 0],
    ['half of those before have', (daysAgo: number) => (daysAgo < 2 ? 10 : 5)],
    ['the newest wait for theirs', (daysAgo: number) => (daysAgo < 2 ? 0 : 10)],
  ])('has all series where %s', (_what, analysed) => {
    expect(comparable(daysWith(analysed))).toEqual(KEYS);
  });

  it('leaves areas and kinds out where analyses have just begun', () => {
    const days = daysWith((daysAgo) => (daysAgo < 5 ? 10 : 0));
    expect(comparable(days)).toEqual(['total#', 'issue#A']);
    expect(comparable(days, dayAfter(TODAY, -8))).toEqual(KEYS);
  });

  it('is defined where there are no tickets', () => {
    expect(comparable(new Map())).toEqual(KEYS);
  });
});
