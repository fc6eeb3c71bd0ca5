import { describe, expect, it } from 'vitest';
import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueGeneration } from '#core/issues/issue-generation.ts';
import { testedHours } from '#core/issues/trends/closed-hours.ts';
import { dayAfter } from '#core/issues/trends/hour-counts.ts';
import { hoursToTest } from '#functions/ticket-issues/hours-to-test.ts';

const NOW = Date.parse('2025-11-30T13:20:00Z');
const DAY_HOURS = 24;
const WEEKS_NEEDED_HOURS = 28 * DAY_HOURS;

/** Days with tickets, so many back from today. */
function daysBack(...back: readonly number[]): Map<string, TicketDay> {
  return new Map(back.map((count) => [dayAfter('2025-11-30', -count), { day: '', tickets: [] }]));
}

function knownAt(number: number | undefined): { readonly before: IssueGeneration | undefined } {
  if (number === undefined) return { before: undefined };
  const about = { publishedAt: 0, syncedUntil: 0, completeSince: 0, decisions: 0, consolidatedAt: null };
  return { before: { number, ...about, days: new Map(), countedDays: new Set() } };
}

describe('Function: hoursToTest', () => {
  const last = testedHours(NOW, NOW);
  const hours = (days: ReadonlyMap<string, TicketDay>, number?: number) =>
    hoursToTest({ known: knownAt(number), days }, NOW, { syncedUntil: NOW, completeSince: 0 });

  it('are all that have enough history, the first time and once more', () => {
    const begin = Date.parse('2025-10-01T00:00:00Z') / 3_600_000;
    for (const number of [undefined, 1]) {
      const all = hours(daysBack(0, 10, 60), number);
      expect(all[0]).toBe(begin + WEEKS_NEEDED_HOURS - 1);
      expect(all.slice(-24)).toEqual(last);
    }
  });

  it('are the last 24 from then on, and where there is too little history', () => {
    expect(hours(daysBack(0, 10, 60), 2)).toEqual(last);
    expect(hours(daysBack(0, 10))).toEqual(last);
    expect(hours(new Map())).toEqual(last);
  });

  it('go no further back than tickets have texts', () => {
    expect(hours(daysBack(0, 10, 700))).toEqual(last);
    expect(hours(daysBack(0, 89, 700)).length).toBeLessThan((90 - 28 + 2) * DAY_HOURS);
  });

  it('are none before a sync has reached the end', () => {
    expect(
      hoursToTest({ known: knownAt(undefined), days: daysBack(60) }, NOW, {
        syncedUntil: undefined,
        completeSince: 0,
      }),
    ).toEqual([]);
  });
});
