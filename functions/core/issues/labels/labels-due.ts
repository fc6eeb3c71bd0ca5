import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import { type IssueFacts, IssueStatus, type IssueSummary } from '#core/issues/issue.ts';
import { isSameBasis, labelBasis } from './label-basis.ts';
import { statementsOf } from './label-statements.ts';

/** An issue that Claude is to name. */
export type DueLabel = {
  readonly issue: IssueSummary;
  /** What it is named by: at most 12, each once. */
  readonly statements: readonly string[];
  /** Fingerprint of the statements. */
  readonly basis: string;
};

export type LabelCandidates = {
  readonly issues: readonly IssueSummary[];
  readonly facts: ReadonlyMap<string, IssueFacts>;
  /** The days of the window, with the tickets that the examples are of. */
  readonly days: Iterable<TicketDay>;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** An issue is named anew a day after its label at the earliest: names that change each hour are none. */
const FRESH_MS = 24 * 3_600_000;

/**
 * The issues that need a label, most urgent first: those that burst, then by their score, those without a label before
 * those whose statements have become others. Not among them: emerging issues, those that an operator resolved or ignores,
 * and those of whose examples most have no analysis. One that an operator named is given a label once, for its
 * description.
 *
 * @param most how many at most
 */
export function labelsDue(candidates: LabelCandidates, most: number): DueLabel[] {
  const { issues, facts, now } = candidates;
  const open = issues
    .filter((issue) => mayBeLabelled(issue, facts.get(issue.id), now))
    .toSorted(byUrgency(facts));
  const tickets = examplesIn(candidates.days, open);
  const due: DueLabel[] = [];
  for (const issue of open) {
    if (due.length === most) break;
    const statements = statementsOf(issue, tickets);
    if (statements.length === 0) continue;
    const basis = labelBasis(statements);
    const label = facts.get(issue.id)?.label;
    if (!label || !isSameBasis(label.basis, basis)) due.push({ issue, statements, basis });
  }
  return due;
}

function mayBeLabelled({ isEmerging }: IssueSummary, facts: IssueFacts | undefined, now: number): boolean {
  if (isEmerging && (facts?.listedAt ?? null) === null) return false;
  const status = facts?.status ?? IssueStatus.open;
  if (status !== IssueStatus.open && status !== IssueStatus.acknowledged) return false;
  if (!facts?.label) return true;
  return facts.title === null && now - facts.label.labelledAt >= FRESH_MS;
}

function byUrgency(facts: ReadonlyMap<string, IssueFacts>) {
  const isLabelled = ({ id }: IssueSummary) => Number((facts.get(id)?.label ?? null) !== null);
  const isCalm = ({ incidentId }: IssueSummary) => Number(incidentId === null);
  return (a: IssueSummary, b: IssueSummary): number =>
    isCalm(a) - isCalm(b) ||
    isLabelled(a) - isLabelled(b) ||
    b.score - a.score ||
    b.ticketsTotal - a.ticketsTotal ||
    (a.id < b.id ? -1 : 1);
}

function examplesIn(
  days: Iterable<TicketDay>,
  issues: readonly IssueSummary[],
): ReadonlyMap<string, GroupedTicket> {
  const wanted = new Set(issues.flatMap(({ examples }) => examples.map(({ ticketId }) => ticketId)));
  const found = new Map<string, GroupedTicket>();
  if (wanted.size === 0) return found;
  for (const { tickets } of days) {
    for (const ticket of tickets) if (wanted.has(ticket.id)) found.set(ticket.id, ticket);
  }
  return found;
}
