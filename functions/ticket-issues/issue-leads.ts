import type { IssueChange } from '#core/issues/clusters/match-issues.ts';
import { type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import type { IssueDecision } from '#core/issues/issue.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { IssueDeps } from './issue-deps.ts';

/** Which issues lead to others, by id. */
export type IssueLeads = ReadonlyMap<string, string>;

/** The issues that were merged into others since the generation before. One that has a ticket still is none of them. */
export function mergedAway({
  days,
  decided,
  changes,
}: {
  readonly days: TicketDays;
  readonly decided: readonly IssueDecision[];
  readonly changes: readonly IssueChange[];
}): IssueLeads {
  const merges = [...decided, ...changes].filter(isMerge).map(({ issue, into }) => [issue, into] as const);
  if (merges.length === 0) return new Map();
  const living = livingIssues(days);
  return new Map(merges.filter(([issue]) => !living.has(issue)));
}

/**
 * Of decisions, in their order, those that come to anything: an issue that has been merged away by one of them cannot be
 * merged again by the next, nor into one without tickets.
 *
 * @param days as they were before
 */
export function effectiveDecisions(
  days: TicketDays,
  decisions: readonly IssueDecision[],
): readonly IssueDecision[] {
  if (decisions.length === 0) return decisions;
  const living = new Set(livingIssues(days));
  return decisions.filter(({ type, issue, into }) => {
    if (!living.has(issue) || issue === into) return false;
    if (type === 'split') return living.add(into).has(into);
    return living.has(into) && living.delete(issue);
  });
}

function isMerge<T extends { readonly type: string }>(
  one: T,
): one is Extract<T, { readonly type: 'merge' | 'merged_into' }> {
  return one.type === 'merge' || one.type === 'merged_into';
}

/** Where an issue leads, over as many steps as it takes; the same id for one that leads nowhere. */
export function followLeads(leads: IssueLeads, issue: string): string {
  const passed = new Set([issue]);
  let at = issue;
  for (;;) {
    const next = leads.get(at);
    if (next === undefined || passed.has(next)) return at;
    passed.add(next);
    at = next;
  }
}

/** The leads with those of issues of incidents that an operator, or an earlier run, has merged away. @throws StorageError */
export async function withEarlierLeads(
  { records }: Pick<IssueDeps, 'records'>,
  { leads, days }: { readonly leads: IssueLeads; readonly days: TicketDays },
  incidents: readonly Incident[],
): Promise<IssueLeads> {
  const living = livingIssues(days);
  const lost = new Set(
    incidents.flatMap(({ issues }) => issues).filter((id) => !living.has(id) && !leads.has(id)),
  );
  const found = await Promise.all([...lost].map(async (id) => [id, await records.movedTo(id)] as const));
  const earlier = found.flatMap(([id, into]) => (into === undefined ? [] : [[id, into] as const]));
  return earlier.length === 0 ? leads : new Map([...leads, ...earlier]);
}

function livingIssues(days: TicketDays): ReadonlySet<string> {
  return new Set([...ticketsIn(days)].flatMap(({ issueId }) => issueId ?? []));
}
