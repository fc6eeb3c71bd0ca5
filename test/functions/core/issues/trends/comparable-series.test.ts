import { describe, expect, it } from 'vitest';
import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import { comparableSeries } from '#core/issues/trends/comparable-series.ts';
import { dayAfter } from '#core/issues/trends/hour-counts.ts';

const TODAY = '2025-11-11';
const COUNTS = new Map(
  ['total#', 'issue#A', 'product_area#export', 'kind#bug'].map((key) => [key, {}] as const),
);

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
const keys = (analysed: (daysAgo: number) => number) => [
  ...comparableSeries(COUNTS, daysWith(analysed), TODAY).keys(),
];

describe('Function: comparableSeries', () => {
  it.each([
    ['every ticket has an analysis', () => 10],
    ['none has', () => 0],
    ['half of those before have', (daysAgo: number) => (daysAgo < 2 ? 10 : 5)],
    ['the newest wait for theirs', (daysAgo: number) => (daysAgo < 2 ? 0 : 10)],
  ])('has all series where %s', (_what, analysed) => {
    expect(keys(analysed)).toEqual([...COUNTS.keys()]);
  });

  it('leaves areas and kinds out where analyses have just begun', () => {
    expect(keys((daysAgo) => (daysAgo < 5 ? 10 : 0))).toEqual(['total#', 'issue#A']);
  });

  it('is defined where there are no tickets', () => {
    expect([...comparableSeries(COUNTS, new Map(), TODAY).keys()]).toEqual([...COUNTS.keys()]);
  });
});
