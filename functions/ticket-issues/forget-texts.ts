import { inParallel } from '#core/in-parallel.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { digestWithout } from '#core/issues/summaries/stored-digest.ts';
import { changedIncidents } from '#core/issues/summaries/stored-incidents.ts';
import { dayAfter, dayOf, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { IssueSession } from './issue-session.ts';
import type { CountedIssues } from './trends-stage.ts';

/** Digests that are read at once. */
const AT_ONCE = 10;
/** The most days of digests that are read. */
const MOST_DAYS = 800;

/**
 * Takes what tickets said that are gone out of incidents and digests, before the generation without them: by that one
 * nobody could tell any more what had been there. Doing it again changes nothing.
 *
 * @throws StorageError
 */
export async function forgetTexts({ deps }: IssueSession, counted: CountedIssues): Promise<void> {
  const { gone, known, stored, recounted } = counted;
  if (gone.ids.size + gone.lines.size === 0) return;
  const { records, now } = deps;
  await records.putIncidents(changedIncidents(stored, recounted), now());
  const first = [...ticketsIn(known.days)]
    .filter(({ id, line }) => gone.ids.has(id) || gone.lines.has(line))
    .reduce((earliest, { createdAt }) => Math.min(earliest, createdAt), now());
  await inParallel(daysBetween(dayOf(hourOf(first)), dayOf(hourOf(now()))), AT_ONCE, async (day) => {
    const digest = await records.digest(day);
    if (digest === undefined) return;
    const next = digestWithout(digest, gone);
    if (next !== digest) await records.putDigest(next);
  });
}

function daysBetween(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let day = last; day >= first && days.length < MOST_DAYS; day = dayAfter(day, -1)) days.push(day);
  return days;
}
