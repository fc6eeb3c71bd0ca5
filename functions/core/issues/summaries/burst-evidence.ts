import { rowOf } from '../clusters/vectors/sparse-rows.ts';
import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';
import type { TicketDays } from '../grouping/ticket-days.ts';
import type { IncidentSources } from '../trends/advance-incidents.ts';
import type { EvidenceTicket } from '../trends/burst-alert.ts';
import { distinctiveTerms, type WordStatistics, wordStatistics } from '../trends/distinctive-terms.ts';
import type { BurstSources } from '../trends/find-bursts.ts';
import { dayAfter, dayOf, hourOf, keyOf, seriesOfTicket } from '../trends/hour-counts.ts';
import type { TextVector } from '../trends/text-vector.ts';
import type { IssueTexts } from './describe-issue.ts';

/** What bursts and incidents are described by: the tickets, their vectors, and which words are usual. */
export type BurstEvidence = Pick<BurstSources, 'evidenceOf'> &
  Pick<IncidentSources, 'termsOf'> & {
    /** A ticket of the days as evidence; undefined: there is none of this id. */
    ticket(id: string): EvidenceTicket | undefined;
  };

const NO_VECTOR: TextVector = { indices: [], values: [] };

/**
 * The evidence of bursts in the days. Words are counted, and tickets found by their ids, only when something asks.
 *
 * @param corpusOf makes the vectors of the tickets; called once, when something bursts
 */
export function createBurstEvidence(days: TicketDays, corpusOf: () => IssueTexts): BurstEvidence {
  let corpus: IssueTexts | undefined;
  let usual: WordStatistics | undefined;
  let byId: Map<string, GroupedTicket> | undefined;
  const asEvidence = (ticket: GroupedTicket): EvidenceTicket => {
    corpus ??= corpusOf();
    const row = corpus.rowOf(ticket.id);
    const vector = row === undefined ? NO_VECTOR : rowOf(corpus.vectors, row);
    const { id, requester, issueId } = ticket;
    return { id, requester, issueId, text: ticket.line, vector };
  };
  return {
    evidenceOf: (series, fromHour, toHour) => {
      const key = keyOf(series);
      const found: EvidenceTicket[] = [];
      for (let day = dayOf(fromHour); day <= dayOf(toHour); day = dayAfter(day, 1)) {
        for (const ticket of days.get(day)?.tickets ?? []) {
          const hour = hourOf(ticket.createdAt);
          if (hour < fromHour || hour > toHour) continue;
          if (seriesOfTicket(ticket).some((one) => keyOf(one) === key)) found.push(asEvidence(ticket));
        }
      }
      return found;
    },
    termsOf: (texts) => {
      usual ??= wordStatistics(linesOf(days.values()));
      return distinctiveTerms(texts, usual);
    },
    ticket: (id) => {
      byId ??= new Map([...days.values()].flatMap(({ tickets }) => tickets.map((one) => [one.id, one])));
      const found = byId.get(id);
      return found === undefined ? undefined : asEvidence(found);
    },
  };
}

function* linesOf(days: Iterable<TicketDay>): Generator<string> {
  for (const { tickets } of days) for (const { line } of tickets) if (line !== '') yield line;
}
