import { consolidate, type OperatorDecisions } from '#core/issues/clusters/consolidate.ts';
import type { IssueChange, Matched, TicketRow } from '#core/issues/clusters/match-issues.ts';
import { pickRows } from '#core/issues/clusters/same-vectors.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueIds } from './issue-ids.ts';
import type { TextCorpus } from './text-corpus.ts';

/** What is grouped, and by which rules. */
export type CorpusGrouping = {
  /** Tickets that can be grouped, with the issues that they have. Those that the corpus lacks are passed over. */
  readonly tickets: readonly GroupedTicket[];
  readonly corpus: TextCorpus;
  readonly pinned: readonly string[];
  readonly apart: OperatorDecisions['apart'];
  readonly resolution: number;
  readonly ids: IssueIds;
};

/** The issue of each ticket that was grouped, by its id, and what became of the issues before. */
export type GroupedCorpus = {
  readonly issues: ReadonlyMap<string, string>;
  readonly changes: readonly IssueChange[];
};

/** Groups the tickets of a corpus, beginning with the issues that they have. */
export function groupCorpus(grouping: CorpusGrouping): GroupedCorpus {
  const { corpus, pinned, apart, resolution, ids } = grouping;
  const tickets = inRows(grouping.tickets, corpus);
  const rows = Int32Array.from(tickets, ({ id }) => corpus.rowOf(id) ?? 0);
  const isWhole = rows.length === corpus.tickets.length;
  let numbers = 0;
  const matched = consolidate({
    vectors: isWhole ? corpus.vectors : pickRows(corpus.vectors, rows),
    tickets: tickets.map(ticketRow),
    decisions: { together: wordlessTogether(tickets, corpus, apart), apart, pinned },
    // Which group the id is for is not told: it gets its own once its tickets are known.
    newId: () => `#${numbers++}`,
    resolution,
  });
  return withIds(tickets, matched, ids);
}

function inRows(tickets: readonly GroupedTicket[], corpus: TextCorpus): GroupedTicket[] {
  const byRow: GroupedTicket[] = [];
  for (const ticket of tickets) {
    const row = corpus.rowOf(ticket.id);
    if (row !== undefined && corpus.texts[row] === ticket.text) byRow[row] = ticket;
  }
  return byRow.filter((ticket) => ticket !== undefined);
}

function ticketRow({ id, requester, issueId }: GroupedTicket): TicketRow {
  return { id, requester: requester ?? `ticket ${id}`, ...(issueId === null ? {} : { issue: issueId }) };
}

/** Tickets of one text without a known word: those without an issue, and the first of those that have one. */
function wordlessTogether(
  tickets: readonly GroupedTicket[],
  corpus: TextCorpus,
  apart: OperatorDecisions['apart'],
): string[][] {
  const split = new Set(apart.flat(2));
  const wordless = tickets.filter((ticket) => corpus.isWordless(ticket) && !split.has(ticket.id));
  return [...Map.groupBy(wordless, ({ text }) => text).values()].map((same) => {
    const known = same.find(({ issueId }) => issueId !== null);
    const fresh = same.filter(({ issueId }) => issueId === null);
    return (known === undefined ? fresh : [known, ...fresh]).map(({ id }) => id);
  });
}

/** The oldest ticket of a new issue gives it its id. */
function withIds(
  tickets: readonly GroupedTicket[],
  { issues, changes }: Matched,
  ids: IssueIds,
): GroupedCorpus {
  const idOf = new Map<string, string>();
  const result = new Map<string, string>();
  issues.forEach((issue, place) => {
    const ticket = tickets[place];
    if (ticket === undefined) return;
    const id = issue.startsWith('#') ? (idOf.get(issue) ?? ids.newId(ticket)) : issue;
    idOf.set(issue, id);
    result.set(ticket.id, id);
  });
  const named = (issue: string) => idOf.get(issue) ?? issue;
  return {
    issues: result,
    changes: changes.map((change) => {
      if (change.type === 'merged_into') return { ...change, into: named(change.into) };
      return { ...change, issue: named(change.issue) };
    }),
  };
}
