import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { withoutOldTexts } from '#core/issues/grouping/old-texts.ts';
import { regroup } from '#core/issues/grouping/regroup.ts';
import { byCreation, dayOfTicket, type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { GrowingCorpus } from './growing-corpus.ts';

/** The default of `TICKET_CLUSTER_RESOLUTION`. */
const DEFAULT_RESOLUTION = 2;
/** How tickets are grouped where nobody has decided anything. */
const UNDECIDED = { decisions: [], facts: new Map<string, never>(), subdomain: 'eval' } as const;

/**
 * The issues of tickets as the job makes them: the base is grouped at once, what comes later is assigned, and once a day
 * the vocabulary is made anew and texts that are too old go.
 */
export class ReplayedIssues {
  #days: TicketDays;
  #corpus: GrowingCorpus;
  #generation = 1;
  #syncedUntil: number;
  readonly #resolution: number;

  /** @param from when the replay begins, in milliseconds since 1970 */
  constructor(base: readonly GroupedTicket[], from: number, resolution = DEFAULT_RESOLUTION) {
    this.#resolution = resolution;
    this.#syncedUntil = from;
    this.#days = daysOf(base);
    this.#corpus = new GrowingCorpus(base);
    const grouping = { ...UNDECIDED, mode: 'assign', resolution, corpus: this.#corpus } as const;
    this.#days = regroup({ ...grouping, days: this.#days, before: undefined }).days;
  }

  /** All tickets with their issues, by day. */
  get days(): TicketDays {
    return this.#days;
  }

  get corpus(): GrowingCorpus {
    return this.#corpus;
  }

  /** Begins a day: vectors of before are of another vocabulary. @param now in milliseconds since 1970 */
  beginDay(now: number): void {
    this.#days = withoutOldTexts(this.#days, now).days;
    this.#corpus = new GrowingCorpus(ticketsIn(this.#days));
  }

  /**
   * Takes in the tickets of an hour.
   *
   * @param until its end, in milliseconds since 1970
   * @returns the days that changed
   */
  take(tickets: readonly GroupedTicket[], until: number): ReadonlySet<string> {
    const before = { number: this.#generation, syncedUntil: this.#syncedUntil, decisions: 0 };
    this.#generation += 1;
    this.#syncedUntil = until;
    if (tickets.length === 0) return new Set();
    const days = new Map(this.#days);
    for (const [day, fresh] of Map.groupBy(tickets, dayOfTicket)) {
      days.set(day, { day, tickets: [...(days.get(day)?.tickets ?? []), ...fresh].sort(byCreation) });
    }
    this.#corpus.add(tickets);
    const grouping = { ...UNDECIDED, mode: 'assign', before, resolution: this.#resolution } as const;
    this.#days = regroup({ ...grouping, days, corpus: this.#corpus }).days;
    return new Set(tickets.map(dayOfTicket));
  }
}

/** Tickets by day. */
export function daysOf(tickets: readonly GroupedTicket[]): TicketDays {
  const byDay = Map.groupBy(tickets, dayOfTicket);
  return new Map([...byDay].map(([day, ofDay]) => [day, { day, tickets: ofDay.toSorted(byCreation) }]));
}
