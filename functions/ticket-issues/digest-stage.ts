import { countsOfDays } from '#core/issues/summaries/count-days.ts';
import { digestCost } from '#core/issues/summaries/digest-cost.ts';
import { COMPARED_DAYS, digestInput } from '#core/issues/summaries/digest-of.ts';
import { recalledIncidents } from '#core/issues/summaries/recalled-incidents.ts';
import { historySince } from '#core/issues/summaries/summarise-issues.ts';
import { type Digest, makeDigest } from '#core/issues/trends/digest.ts';
import { dayAfter } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { digestReadyEvent } from '#core/issues/webhook/issue-events.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { busily, type IssueSession } from './issue-session.ts';
import type { KnownIssues } from './known-issues.ts';
import { daysWithoutDigest, pastDigest } from './missing-digests.ts';

const HALF_A_DAY_MS = 12 * 3_600_000;

/** The UTC day that a digest is of: the one that most of the last 24 hours lie in. */
export function digestDay(now: number): string {
  return isoFromMs(now - HALF_A_DAY_MS).slice(0, 10);
}

/**
 * The stage `digest`: what the day came to, from numbers and stored labels. Made again, it takes the place of the one
 * before; others are told once a day, when it can be read. Earlier days that have none are given theirs.
 *
 * @throws StorageError, QueueError, OutOfTimeError
 */
export async function digestStage(session: IssueSession, known: KnownIssues): Promise<void> {
  const { deps, context } = session;
  context.enter(TicketStage.digest);
  const { records, outbox, now } = deps;
  const generatedAt = now();
  const date = digestDay(generatedAt);
  const { days, facts } = known;
  const first = dayAfter(date, 1 - COMPARED_DAYS);
  const counted = [...days.values()].filter(({ day }) => day >= first && day <= date);
  const incidents = await recalledIncidents(deps, date, known.incidents);
  const digest = makeDigest(
    digestInput({
      ...{ date, generatedAt, summaries: known.issues, facts, incidents, days },
      counts: countsOfDays(counted, first),
      since: historySince(days.keys(), generatedAt, session.completeSince),
      cost: await costOf(deps.ledger, date),
    }),
  );
  await records.putDigest(digest);
  await outbox?.send(digestReadyEvent(digest));
  await makeMissing(session, known, { date, incidents });
}

/** Nobody is told of digests that come late. */
async function makeMissing(
  session: IssueSession,
  known: KnownIssues,
  { date, incidents }: { readonly date: string; readonly incidents: readonly Incident[] },
): Promise<void> {
  const { deps, context } = session;
  const { minRequesters } = deps.settings;
  for (const day of await daysWithoutDigest(deps, known, date)) {
    const past = { date: day, cost: await costOf(deps.ledger, day) };
    const options = { generatedAt: deps.now(), minRequesters };
    await deps.records.putDigest(await busily(session, () => pastDigest(past, known, incidents, options)));
    context.advanced();
  }
}

/** What Claude cost on a day and in its month. */
async function costOf(ledger: IssueSession['deps']['ledger'], date: string): Promise<Digest['cost']> {
  return digestCost(await ledger.read(date.slice(0, 7)), date);
}
