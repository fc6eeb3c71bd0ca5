import type { IssueChange } from '#core/issues/clusters/match-issues.ts';
import { withoutOldTexts } from '#core/issues/grouping/old-texts.ts';
import { regroup } from '#core/issues/grouping/regroup.ts';
import { createTextCorpus, type TextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { daysThatDiffer, type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import type { IssueDecision } from '#core/issues/issue.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { effectiveDecisions } from './issue-leads.ts';
import { busily, type IssueSession } from './issue-session.ts';
import type { KnownIssues } from './known-issues.ts';
import { takeChanges } from './take-changes.ts';

/** All tickets with their issues, and what has become of issues. */
export type GroupedIssues = {
  readonly known: KnownIssues;
  /** All days that have tickets. */
  readonly days: TicketDays;
  /** The days that are others than in the generation before. */
  readonly changed: ReadonlySet<string>;
  /** What a consolidation did. */
  readonly changes: readonly IssueChange[];
  /** Operators' decisions that the generation before did not have, as far as they come to anything. */
  readonly decided: readonly IssueDecision[];
  readonly corpus: TextCorpus;
  readonly isConsolidated: boolean;
  /** How many tickets were given to an issue. */
  readonly assigned: number;
  readonly hasMore: boolean;
};

/**
 * The stage `assign`: what came in since the generation before is taken, and every ticket that can be grouped has an
 * issue. Nothing is written.
 *
 * @throws StorageError, OutOfTimeError; the reason of the run's signal
 */
export async function assignStage(session: IssueSession, known: KnownIssues): Promise<GroupedIssues> {
  const { deps, context } = session;
  context.enter(TicketStage.assign);
  const taken = await takeChanges(session, known);
  const corpus = createTextCorpus(ticketsIn(taken.days));
  const mode = isToConsolidate(session, known) ? 'consolidate' : 'assign';
  const grouped = await busily(session, () =>
    regroup({ ...known, ...deps.settings, days: taken.days, mode, corpus }),
  );
  const days = withTicketsOnly(aged(session, known, grouped.days));
  return {
    known,
    days,
    changed: daysThatDiffer(known.days, days),
    changes: grouped.changes,
    decided: effectiveDecisions(known.days, openDecisions(known)),
    corpus,
    isConsolidated: mode === 'consolidate' || known.before === undefined,
    assigned: newlyAssigned(known.days, days),
    hasMore: taken.hasMore,
  };
}

function openDecisions({ before, decisions }: KnownIssues): readonly IssueDecision[] {
  return decisions.filter(({ number }) => number > (before?.decisions ?? 0));
}

/** A run that goes on after it has consolidated does not do it twice. */
function isToConsolidate({ context, parameters }: IssueSession, { before }: KnownIssues): boolean {
  const last = before?.consolidatedAt ?? Number.NEGATIVE_INFINITY;
  return parameters.task === TicketTask.consolidate && last < context.begun.startedAt;
}

/** Old tickets lose their texts once a day, and those that have just come in at once: they have their issue now. */
function aged({ deps, parameters }: IssueSession, known: KnownIssues, days: TicketDays): TicketDays {
  if (parameters.task === TicketTask.retention) return withoutOldTexts(days, deps.now()).days;
  const touched = [...days].filter(([day, tickets]) => known.days.get(day) !== tickets);
  return new Map([...days, ...withoutOldTexts(new Map(touched), deps.now()).days]);
}

function withTicketsOnly(days: TicketDays): TicketDays {
  return new Map([...days].filter(([, { tickets }]) => tickets.length > 0));
}

function newlyAssigned(before: TicketDays, after: TicketDays): number {
  let count = 0;
  for (const [day, { tickets }] of after) {
    const earlier = before.get(day);
    if (earlier?.tickets === tickets) continue;
    const had = new Map(earlier?.tickets.map(({ id, issueId }) => [id, issueId]));
    count += tickets.filter(({ id, issueId }) => issueId !== null && (had.get(id) ?? null) === null).length;
  }
  return count;
}
