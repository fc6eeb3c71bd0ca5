import * as z from 'zod';
import type { DayOfCounts } from '#core/issues/issue-generation.ts';
import { type DayCounts, HOURS_A_DAY } from '#core/issues/trends/hour-counts.ts';

/** The counts of a day as they are packed: of each series only the hours that have any. */
export function packedCounts({ hours, totals }: DayOfCounts) {
  return [
    [...hours].map(([key, counts]) => [key, hoursWithCounts(counts)]),
    [...totals].map(([key, { tickets, requesters }]) => [key, tickets, requesters]),
  ];
}

/** The counts in what was unpacked; undefined where it is none. */
export function readCounts(value: unknown): DayOfCounts | undefined {
  const parsed = storedCounts.safeParse(value);
  if (!parsed.success) return undefined;
  const [hours, totals] = parsed.data;
  return {
    hours: new Map(hours.map(([key, counted]) => [key, countsIn(counted)])),
    totals: new Map(totals.map(([key, tickets, requesters]) => [key, { tickets, requesters }])),
  };
}

const hour = z
  .int()
  .min(0)
  .max(HOURS_A_DAY - 1);
const storedHour = z.tuple([hour, z.number(), z.number(), z.number()]);
const storedCounts = z.tuple([
  z.array(z.tuple([z.string(), z.array(storedHour)])),
  z.array(z.tuple([z.string(), z.number(), z.number()])),
]);

function hoursWithCounts({ tickets, requesters, arrivals }: DayCounts): number[][] {
  return Array.from({ length: HOURS_A_DAY }, (_, at) => [
    at,
    tickets[at] ?? 0,
    requesters[at] ?? 0,
    arrivals[at] ?? 0,
  ]).filter(([, ...counts]) => counts.some((count) => count !== 0));
}

function countsIn(counted: readonly z.output<typeof storedHour>[]): DayCounts {
  const zeros = () => new Array<number>(HOURS_A_DAY).fill(0);
  const counts = { tickets: zeros(), requesters: zeros(), arrivals: zeros() };
  for (const [at, tickets, requesters, arrivals] of counted) {
    counts.tickets[at] = tickets;
    counts.requesters[at] = requesters;
    counts.arrivals[at] = arrivals;
  }
  return counts;
}
