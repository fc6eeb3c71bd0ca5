import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';
import { Dimension, dayAfter, dayOf, type Series } from './hour-counts.ts';

/** What an hour is compared with: this many days, the last one left out. */
const BASE_DAYS = 28;
/** Before, at least this part of the share of tickets with an analysis that there is now. */
const LEAST_SHARE = 0.5;

/**
 * Whether a series can be compared, in an hour since 1970, with what was before. An area and a kind are known of a
 * ticket once it has an analysis: where the tickets of the last days have one and those of the weeks before have not, as
 * after a key was put in, every area would burst at once. The total and the issues can always be compared.
 */
export type IsComparable = (series: Series, hour: number) => boolean;

/** Looks at each day once. @param days all that have tickets */
export function createIsComparable(days: ReadonlyMap<string, TicketDay>): IsComparable {
  const known = new Map<string, boolean>();
  return ({ dimension }, hour) => {
    if (dimension !== Dimension.productArea && dimension !== Dimension.kind) return true;
    const day = dayOf(hour);
    const isComparable = known.get(day) ?? isAnalysedAsBefore(days, day);
    known.set(day, isComparable);
    return isComparable;
  };
}

function isAnalysedAsBefore(days: ReadonlyMap<string, TicketDay>, day: string): boolean {
  const before = Array.from({ length: BASE_DAYS }, (_, back) => dayAfter(day, -2 - back));
  return analysedShare(days, before) >= LEAST_SHARE * analysedShare(days, [dayAfter(day, -1), day]);
}

/** The part of the tickets of days that have an analysis; 0, where there are none. */
function analysedShare(days: ReadonlyMap<string, TicketDay>, names: readonly string[]): number {
  const tickets = names.flatMap((name): readonly GroupedTicket[] => days.get(name)?.tickets ?? []);
  if (tickets.length === 0) return 0;
  return tickets.filter(({ confidence }) => confidence !== null).length / tickets.length;
}
