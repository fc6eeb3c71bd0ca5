import type { TicketDays } from '#core/issues/grouping/ticket-days.ts';
import type { IssueDecision, IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import type { IssueGeneration } from '#core/issues/issue-generation.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { IssueDeps } from './issue-deps.ts';

/** What is known of issues before a run has done anything. */
export type KnownIssues = {
  /** Undefined: there is no generation yet. */
  readonly before: IssueGeneration | undefined;
  /** All days that have tickets. */
  readonly days: TicketDays;
  readonly issues: readonly IssueSummary[];
  readonly facts: ReadonlyMap<string, IssueFacts>;
  readonly decisions: readonly IssueDecision[];
  /** Those that are open, and those that closed within the last two days. */
  readonly incidents: readonly Incident[];
};

/**
 * Reads it all. The generation first: whatever is decided meanwhile is newer than it, and is seen to be.
 *
 * @throws StorageError
 */
export async function readKnown({
  generations,
  records,
  now,
}: Pick<IssueDeps, 'generations' | 'records' | 'now'>): Promise<KnownIssues> {
  const before = await generations.current();
  const [days, issues, facts, decisions, incidents] = await Promise.all([
    before ? generations.readDays(before, before.days.keys()) : new Map<string, never>(),
    before ? generations.readIssues(before) : [],
    records.allFacts(),
    records.decisions(),
    records.recentIncidents(now()),
  ]);
  return { before, days, issues, facts, decisions, incidents };
}
