import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import { historySince } from '#core/issues/summaries/summarise-issues.ts';
import { firstTestedHours, testedHours } from '#core/issues/trends/closed-hours.ts';
import { firstWholeHour } from '#core/issues/trends/hour-counts.ts';
import type { GroupedIssues } from './assign-stage.ts';
import type { IssueSession } from './issue-session.ts';

/** With this generation all hours have been tested, and after it the last of them are. */
const ALL_TESTED = 2;

/**
 * The hours to test, since 1970: the last 24 that are closed, and those before them as long as nobody has tested them. The
 * second generation tests them once more, for a run that died when it had published the first.
 *
 * @param copy what is known to be complete of the tickets; `syncedUntil` undefined: nothing
 */
export function hoursToTest(
  {
    known: { before },
    days,
  }: Pick<GroupedIssues, 'days'> & { readonly known: Pick<GroupedIssues['known'], 'before'> },
  now: number,
  { syncedUntil, completeSince }: Pick<IssueSession, 'syncedUntil' | 'completeSince'>,
): readonly number[] {
  if (syncedUntil === undefined) return [];
  if ((before?.number ?? 0) >= ALL_TESTED) return testedHours(now, syncedUntil);
  const from = firstDayOfWindow(now);
  const since = historySince(
    [...days.keys()].filter((day) => day >= from),
    now,
    completeSince,
  );
  return firstTestedHours(now, syncedUntil, firstWholeHour(since));
}
