import { TicketAssigner } from '#core/issues/clusters/assign-tickets.ts';
import { pickRows } from '#core/issues/clusters/same-vectors.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueIds } from './issue-ids.ts';
import type { TextCorpus } from './text-corpus.ts';

/** So many tickets are compared with each other one by one, before they are put into the index. */
const CHUNK = 1_000;

/** What is assigned, and among what. */
export type Assigning = {
  /** Tickets that have an issue and can be grouped. */
  readonly known: readonly GroupedTicket[];
  /** Tickets that are to have one, the oldest first. */
  readonly fresh: readonly GroupedTicket[];
  readonly corpus: TextCorpus;
  readonly ids: IssueIds;
};

/**
 * Gives fresh tickets to issues by a vote of the most similar ones, one after the other; no other ticket gets another
 * issue. A ticket without a known word is together with those that say exactly the same.
 *
 * @returns the issue of each fresh ticket, by its id
 */
export function assignFresh({ known, fresh, corpus, ids }: Assigning): Map<string, string> {
  const issues = new Map<string, string>();
  if (fresh.length === 0) return issues;
  const sameText = new Map(
    known.filter((ticket) => corpus.isWordless(ticket)).map(({ text, issueId }) => [text, issueId ?? '']),
  );
  const voters = [...known];
  for (let from = 0; from < fresh.length; from += CHUNK) {
    const chunk = fresh.slice(from, from + CHUNK);
    const assign = createAssign(voters, corpus, ids);
    for (const ticket of chunk) {
      const isWordless = corpus.isWordless(ticket);
      const issueId = isWordless ? (sameText.get(ticket.text) ?? ids.newId(ticket)) : assign(ticket);
      if (isWordless) sameText.set(ticket.text, issueId);
      issues.set(ticket.id, issueId);
      voters.push({ ...ticket, issueId });
    }
  }
  return issues;
}

function createAssign(voters: readonly GroupedTicket[], corpus: TextCorpus, ids: IssueIds) {
  const rows: number[] = [];
  const issues: string[] = [];
  for (const { id, issueId } of voters) {
    const row = corpus.rowOf(id);
    if (row === undefined) continue;
    rows.push(row);
    issues.push(issueId ?? '');
  }
  let founder: GroupedTicket | undefined;
  const assigner = new TicketAssigner({
    vectors: pickRows(corpus.vectors, Int32Array.from(rows)),
    issues,
    newId: () => (founder === undefined ? '' : ids.newId(founder)),
  });
  return (ticket: GroupedTicket) => {
    founder = ticket;
    return assigner.assign(corpus.vectorOf(ticket)).issue;
  };
}
