import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { regroup } from '#core/issues/grouping/regroup.ts';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { daysOf } from './replayed-issues.ts';

const NIGHTS = 10;
const DAY_MS = 86_400_000;
const RULES = { decisions: [], facts: new Map<string, never>(), subdomain: 'eval', resolution: 2 } as const;

/** How many ids of real tickets change, as the job gives them. Shares of the tickets that had an issue. */
export type NightlyChurn = {
  /** The greatest of ten nights. */
  readonly nightly: number;
  /** By the consolidation after them. */
  readonly weekly: number;
  /** At the end, with the tickets and those of them that no issue has although they say something. */
  readonly issues: number;
  readonly tickets: number;
  readonly without: number;
};

/** Groups what is older than ten days of a file, assigns the days one by one, and consolidates. */
export function churnOfNights(tickets: readonly GroupedTicket[]): NightlyChurn {
  const end = tickets.at(-1)?.createdAt ?? 0;
  let until = end - NIGHTS * DAY_MS;
  let days = grouped(daysOf(tickets.filter(({ createdAt }) => createdAt <= until)), 'assign');
  let nightly = 0;
  for (let night = 1; night <= NIGHTS; night += 1) {
    const from = until;
    until = end - (NIGHTS - night) * DAY_MS;
    const fresh = tickets.filter(({ createdAt }) => createdAt > from && createdAt <= until);
    const after = grouped(daysOf([...ticketsIn(days), ...fresh]), 'assign', from);
    nightly = Math.max(nightly, shareChanged(days, after));
    days = after;
  }
  const after = grouped(days, 'consolidate', end);
  const all = [...ticketsIn(after)];
  return {
    nightly,
    weekly: shareChanged(days, after),
    issues: new Set(all.flatMap(({ issueId }) => issueId ?? [])).size,
    tickets: all.length,
    without: all.filter(({ issueId, text, kind }) => issueId === null && text !== '' && kind !== 'spam')
      .length,
  };
}

function grouped(days: TicketDays, mode: 'assign' | 'consolidate', syncedUntil?: number): TicketDays {
  const before = syncedUntil === undefined ? undefined : { number: 1, syncedUntil, decisions: 0 };
  return regroup({ ...RULES, mode, days, before, corpus: createTextCorpus(ticketsIn(days)) }).days;
}

function shareChanged(before: TicketDays, after: TicketDays): number {
  const issues = new Map([...ticketsIn(after)].map(({ id, issueId }) => [id, issueId]));
  const had = [...ticketsIn(before)].filter(({ issueId }) => issueId !== null);
  return had.filter(({ id, issueId }) => issues.get(id) !== issueId).length / Math.max(1, had.length);
}
