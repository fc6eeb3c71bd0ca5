import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import type { IssueSummary } from '#core/issues/issue.ts';
import { countsOfDays } from '#core/issues/summaries/count-days.ts';
import { type IssueDescription, NO_DESCRIPTION } from '#core/issues/summaries/describe-issue.ts';
import { COMPARED_DAYS, digestInput } from '#core/issues/summaries/digest-of.ts';
import { historySince, summariseIssues } from '#core/issues/summaries/summarise-issues.ts';
import { type Digest, makeDigest, RECALLED_DAYS } from '#core/issues/trends/digest.ts';
import { dayAfter } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { IssueDeps } from './issue-deps.ts';
import type { KnownIssues } from './known-issues.ts';

const DAY_MS = 86_400_000;
/** A week is compared with what was before it. */
const LEAST_HISTORY_DAYS = 7;

/** The digest of an earlier day, and what Claude cost then. */
export type PastDay = { readonly date: string; readonly cost: Digest['cost'] };

/**
 * The days before a day (`2025-11-11`), of the four weeks before it, that have no digest although there were tickets:
 * those of a backfill, and those whose night was missed. The oldest first.
 *
 * @throws StorageError
 */
export async function daysWithoutDigest(
  { records }: Pick<IssueDeps, 'records'>,
  { days, before }: Pick<KnownIssues, 'days' | 'before'>,
  date: string,
): Promise<readonly string[]> {
  const since = historySince(days.keys(), Date.parse(`${date}T00:00:00Z`), before?.completeSince);
  const past = Array.from({ length: RECALLED_DAYS - 1 }, (_, index) =>
    dayAfter(date, index + 1 - RECALLED_DAYS),
  ).filter((day) => Date.parse(`${day}T00:00:00Z`) >= since + LEAST_HISTORY_DAYS * DAY_MS);
  const digests = await Promise.all(past.map((day) => records.digest(day)));
  return past.filter((_, index) => digests[index] === undefined);
}

/**
 * The digest of a day that is over: its numbers are of its end, its issues and words are those of now, and an incident
 * that was open then is open in it.
 */
export function pastDigest(
  { date, cost }: PastDay,
  known: KnownIssues,
  incidents: readonly Incident[],
  { generatedAt, minRequesters }: { readonly generatedAt: number; readonly minRequesters: number },
): Digest {
  const end = Date.parse(`${date}T00:00:00Z`) + DAY_MS;
  const first = dayAfter(date, 1 - COMPARED_DAYS);
  const from = firstDayOfWindow(end - 1);
  const then = new Map([...known.days].filter(([day]) => day <= date && day >= from));
  const since = historySince(known.days.keys(), end, known.before?.completeSince);
  const ofThen = incidents.filter(({ openedAt }) => openedAt < end).map((one) => asOf(one, end));
  const { facts } = known;
  const summaries = summariseIssues({
    ...{ days: then, facts, incidents: ofThen, now: end - 1, since, minRequesters },
    describe: describedAsNow(known.issues),
  });
  return makeDigest(
    digestInput({
      ...{ date, generatedAt, summaries, facts, incidents: ofThen, days: known.days, since, cost },
      counts: countsOfDays(
        [...then.values()].filter(({ day }) => day >= first),
        first,
      ),
    }),
  );
}

function asOf(incident: Incident, end: number): Incident {
  return incident.closedAt !== null && incident.closedAt >= end ? { ...incident, closedAt: null } : incident;
}

/** By the issue of the tickets that are to be described. */
function describedAsNow(issues: readonly IssueSummary[]) {
  const descriptions = new Map<string, IssueDescription>(issues.map((issue) => [issue.id, issue]));
  return (tickets: readonly { readonly issueId: string | null }[]): IssueDescription => {
    const { fallbackTitle, representative, keywords, examples } =
      descriptions.get(tickets[0]?.issueId ?? '') ?? NO_DESCRIPTION;
    return { fallbackTitle, representative, keywords, examples };
  };
}
