import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { type Regrouped, type Regrouping, regroup } from '#core/issues/grouping/regroup.ts';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import type { IssueFacts } from '#core/issues/issue.ts';
import { daysOf, grouped, issuesIn, START } from './grouped-tickets.ts';

/** What people write of: each topic has words of its own. */
export const TOPICS = [
  'card payment declined terminal bank shop',
  'password reset login account forgotten mail',
  'video stream buffering playback sound fullscreen',
  'invoice tax address company receipt pdf',
  'printer paper page tray driver ink',
  'bookmark folder sync toolbar import sidebar',
].map((words) => words.split(' '));

/** Tickets about the topics in turn, an hour apart. */
export function ticketsAbout(count: number, from = 0): GroupedTicket[] {
  return Array.from({ length: count }, (_, place) => {
    const at = from + place;
    const words = TOPICS[at % TOPICS.length]!;
    const turn = Math.floor(at / TOPICS.length);
    const three = [0, 1, 2 + (turn % 2)].map((step) => words[(turn + step) % words.length]);
    return grouped({
      id: `${1_000 + at}`,
      createdAt: hour(at),
      text: `please help, ${three.join(' ')} number ${at}`,
    });
  });
}

/** So many hours after the start. */
export function hour(number: number): number {
  return START + number * 3_600_000;
}

/** Groups the tickets of days, of which there is no generation yet. */
export function run(days: TicketDays, over: Partial<Regrouping> = {}): Regrouped {
  return regroup({
    days,
    mode: 'assign',
    before: undefined,
    decisions: [],
    facts: new Map(),
    subdomain: 'acme',
    resolution: 2,
    corpus: createTextCorpus(ticketsIn(days)),
    ...over,
  });
}

export function factsOf(...all: IssueFacts[]): ReadonlyMap<string, IssueFacts> {
  return new Map(all.map((one) => [one.id, one]));
}

export function generation(number: number, syncedUntil: number, decisions = 0) {
  return { number, syncedUntil, decisions };
}

export function withMore(days: TicketDays, more: readonly GroupedTicket[]): TicketDays {
  return daysOf([...ticketsIn(days), ...more]);
}

/** The days with another issue of some tickets. */
export function withIssues(days: TicketDays, issueOf: (ticket: GroupedTicket) => string | null): TicketDays {
  return daysOf([...ticketsIn(days)].map((ticket) => ({ ...ticket, issueId: issueOf(ticket) })));
}

/** What share of the tickets that had an issue has another one. */
export function shareChanged(before: TicketDays, after: TicketDays): number {
  const now = issuesIn(after);
  const known = Object.entries(issuesIn(before)).filter(([, issue]) => issue !== null);
  return known.filter(([id, issue]) => now[id] !== issue).length / Math.max(1, known.length);
}

/** Tickets about six topics, grouped for the first time. */
export const TICKETS = ticketsAbout(120);
export const FIRST = run(daysOf(TICKETS));
export const ISSUES = issuesIn(FIRST.days);
/** When all of them had come. */
export const LAST = hour(120);
/** The issue of the first topic and its tickets, and the issue of the third. */
export const CARD = ISSUES['1000']!;
export const CARDS = TICKETS.filter(({ id }) => ISSUES[id] === CARD).map(({ id }) => id);
export const VIDEO = ISSUES['1002']!;
