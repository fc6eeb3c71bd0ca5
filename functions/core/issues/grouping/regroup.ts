import type { IssueChange } from '#core/issues/clusters/match-issues.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueDecision, IssueFacts } from '../issue.ts';
import type { IssueGeneration } from '../issue-generation.ts';
import { withDecisions } from './apply-decision.ts';
import { assignFresh } from './assign-fresh.ts';
import { type GroupedCorpus, groupCorpus } from './group-corpus.ts';
import { isGroupable } from './grouped-ticket-of.ts';
import { createIssueIds, type IssueIds } from './issue-ids.ts';
import { pinnedIssues, splitSides, withSidesKept } from './operator-rules.ts';
import type { TextCorpus } from './text-corpus.ts';
import {
  byCreation,
  type ChangedDays,
  daysThatDiffer,
  mapTickets,
  type TicketDays,
  ticketsIn,
} from './ticket-days.ts';

/** What tickets are grouped by, and from where. */
export type Regrouping = {
  /** All days that have tickets. */
  readonly days: TicketDays;
  /** `assign`: tickets without an issue get one, and no other ticket gets another. `consolidate`: all are grouped again. */
  readonly mode: 'assign' | 'consolidate';
  /** The generation that is gone on from; undefined: none yet. */
  readonly before: Pick<IssueGeneration, 'number' | 'syncedUntil' | 'decisions'> | undefined;
  /** All decisions; those that `before` lacks are applied first. */
  readonly decisions: readonly IssueDecision[];
  /** What is kept of issues, by id. */
  readonly facts: ReadonlyMap<string, IssueFacts>;
  readonly subdomain: string;
  /** `TICKET_CLUSTER_RESOLUTION`. */
  readonly resolution: number;
  /** Made of the tickets of `days`, be it with other issues. */
  readonly corpus: TextCorpus;
};

/** What came of it; `changes` says what a consolidation did to issues. */
export type Regrouped = ChangedDays & { readonly changes: readonly IssueChange[] };

/**
 * Gives every ticket that can be grouped exactly one issue: by an operator’s decisions, by assignment, or by a new
 * grouping that begins with the issues that there are. The same tickets in any order give the same issues and ids.
 */
export function regroup(regrouping: Regrouping): Regrouped {
  const { before, decisions, facts, subdomain } = regrouping;
  const decided = withDecisions(regrouping.days, decisions, before?.decisions ?? 0);
  const ids = createIssueIds(subdomain, before, [
    ...[...ticketsIn(decided)].flatMap(({ issueId }) => issueId ?? []),
    ...facts.keys(),
    ...decisions.flatMap(({ issue, into }) => [issue, into]),
  ]);
  const kept = withSidesKept(decided, decisions, (ticket) => ids.newId(ticket));
  const all = [...ticketsIn(kept)].sort(byCreation);
  const { issues, changes } = grouped({ ...regrouping, all, tickets: all.filter(isGroupable), ids });
  const leads = new Map<string | null, string>();
  for (const change of changes) if (change.type === 'merged_into') leads.set(change.issue, change.into);
  const { days } = mapTickets(kept, (ticket) => {
    // A ticket that has no text any more follows the issue that it was in.
    const issueId = issues.get(ticket.id) ?? leads.get(ticket.issueId) ?? ticket.issueId;
    return issueId === ticket.issueId ? ticket : { ...ticket, issueId };
  });
  return { days, changed: daysThatDiffer(regrouping.days, days), changes };
}

type Run = Regrouping & {
  readonly all: readonly GroupedTicket[];
  /** Those that can be grouped, the oldest first. */
  readonly tickets: readonly GroupedTicket[];
  readonly ids: IssueIds;
};

function grouped(run: Run): GroupedCorpus {
  const { tickets, corpus, ids, mode } = run;
  const known = tickets.filter(({ issueId }) => issueId !== null);
  const fresh = tickets.filter(({ issueId }) => issueId === null);
  // Where more come than there are, a vote of the few would make an issue of nearly each.
  const isAssigned = mode === 'assign' && fresh.length <= known.length;
  if (isAssigned) return { issues: assignFresh({ known, fresh, corpus, ids }), changes: [] };
  const { issues, changes } = groupCorpus({
    ...run,
    pinned: pinnedIn(run),
    apart: splitSides(run.all, run.decisions),
  });
  // What the corpus lacks is assigned among what it has.
  const left = fresh.filter(({ id }) => !issues.has(id));
  const voters = tickets.flatMap((ticket) => {
    const issueId = issues.get(ticket.id) ?? ticket.issueId;
    return issueId === null ? [] : [{ ...ticket, issueId }];
  });
  const assigned = assignFresh({ known: voters, fresh: left, corpus, ids });
  return { issues: new Map([...issues, ...assigned]), changes };
}

/** Issues that stay whole: as assignment changes none, all of them; else those of the operator. */
function pinnedIn({ mode, tickets, facts, decisions }: Run): readonly string[] {
  if (mode === 'consolidate') return pinnedIssues(facts, decisions);
  return [...new Set(tickets.flatMap(({ issueId }) => issueId ?? []))];
}
