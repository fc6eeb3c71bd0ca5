import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import type { DayOfCounts, IssueGeneration } from '#core/issues/issue-generation.ts';
import { changedDays, compactedDays, countsOfDays } from '#core/issues/summaries/count-days.ts';
import { areSameSummaries } from '#core/issues/summaries/summarise-issues.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import type { IssueSession } from './issue-session.ts';
import type { CountedIssues } from './trends-stage.ts';

/**
 * Makes the next generation count, where it is another one than that before; nothing is written where it is not.
 *
 * @returns the generation that counts; undefined where there is none, as there are no tickets
 * @throws GenerationChangedError, StorageError
 */
export async function publishIssues(
  session: IssueSession,
  counted: CountedIssues,
): Promise<IssueGeneration | undefined> {
  const { generations, now } = session.deps;
  const { known, days, changed, issues } = counted;
  const { before } = known;
  const counts = await countsToPublish(session, counted);
  if (!isAnother(session, counted, counts)) return before;
  return generations.publish(before, {
    publishedAt: now(),
    // A clock that is put back takes nothing out of a generation that is in it.
    syncedUntil: Math.max(before?.syncedUntil ?? 0, session.syncedUntil ?? 0),
    completeSince: session.completeSince,
    decisions: known.decisions.at(-1)?.number ?? before?.decisions ?? 0,
    consolidatedAt: counted.isConsolidated ? now() : (before?.consolidatedAt ?? null),
    days: [...changed].sort().map((day) => days.get(day) ?? { day, tickets: [] }),
    counts,
    issues,
  });
}

function isAnother(
  { parameters }: IssueSession,
  { known, days, changed, issues, isConsolidated }: CountedIssues,
  counts: ReadonlyMap<string, DayOfCounts>,
): boolean {
  if (known.before === undefined) return days.size > 0;
  // The week's consolidation is on record also where it changed nothing.
  const isOnRecord = isConsolidated && parameters.task === TicketTask.consolidate;
  const isDecided = (known.decisions.at(-1)?.number ?? 0) > known.before.decisions;
  return isOnRecord || isDecided || changed.size + counts.size > 0 || !areSameSummaries(known.issues, issues);
}

/** Of days that changed the counts that changed with them; once a day also those that became older than the window. */
async function countsToPublish(
  { deps, parameters }: IssueSession,
  { known, days, changed }: CountedIssues,
): Promise<ReadonlyMap<string, DayOfCounts>> {
  const { before } = known;
  const keepFrom = firstDayOfWindow(deps.now());
  const isRetention = parameters.task === TicketTask.retention;
  const old = isRetention ? [...(before?.countedDays ?? [])].filter((day) => day < keepFrom) : [];
  const stored = before ? await deps.generations.readCounts(before, [...changed, ...old]) : new Map();
  const present = [...changed].map((day) => days.get(day) ?? { day, tickets: [] });
  const counted = changedDays(stored, countsOfDays(present, keepFrom));
  return new Map([...compactedDays(stored, keepFrom), ...counted]);
}
