import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import { digestCost } from '#core/issues/summaries/digest-cost.ts';
import { COMPARED_DAYS, digestInput } from '#core/issues/summaries/digest-of.ts';
import { recalledIncidents } from '#core/issues/summaries/recalled-incidents.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import { historySince } from '#core/issues/summaries/summarise-issues.ts';
import { type Digest, makeDigest } from '#core/issues/trends/digest.ts';
import { dayAfter, dayOf, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { monthOf } from '#core/tickets/spend.ts';
import { notFound } from '#functions/admin-api/http/errors.ts';
import type { IssueServices, Services, TicketServices } from '#functions/admin-api/ports.ts';
import type { IssueView } from './issue-reader.ts';
import { lineOf, liveExamples, readLive } from './live-tickets.ts';

export { renderDigest } from '#core/issues/trends/digest-markdown.ts';

const RECENT_DAYS = 7;
/** Days before and after an incident's alerts from which its tickets are. */
const AROUND_DAYS = 1;

/**
 * The digest of a day: of today as it is now, of an earlier day as it was kept. Nothing is in it of tickets that were
 * deleted since.
 *
 * @param date a UTC day; undefined: today
 * @throws ApiError `digest_not_found` (404)
 */
export async function readDigest(
  { tickets, now }: Pick<Services, 'tickets' | 'now'>,
  date: string | undefined,
): Promise<Digest> {
  const nowMs = now();
  const today = dayOf(hourOf(nowMs));
  const day = date ?? today;
  if (tickets === undefined || day > today) throw digestNotFound(day);
  const { reader, records } = await tickets.issues();
  const [view, facts] = await Promise.all([reader.current(), records.allFacts()]);
  if (view === undefined) throw digestNotFound(day);
  const digest =
    day === today ? await makeToday(tickets, view, { facts, nowMs, today }) : await records.digest(day);
  if (digest === undefined) throw digestNotFound(day);
  return withLiveTexts(digest, { store: tickets.store, summaries: await view.issues(), facts });
}

async function makeToday(
  tickets: TicketServices,
  view: IssueView,
  { facts, nowMs, today }: { readonly facts: Facts; readonly nowMs: number; readonly today: string },
): Promise<Digest> {
  const { records } = await tickets.issues();
  const [summaries, incidents, month] = await Promise.all([
    view.issues(),
    incidentsOf(records, nowMs, today),
    tickets.ledger.read(monthOf(nowMs)),
  ]);
  const recent = lastDays(today, RECENT_DAYS);
  const [counts, days] = await Promise.all([
    view.counts(lastDays(today, COMPARED_DAYS)),
    view.days(new Set([...recent, ...incidents.flatMap(daysOf)])),
  ]);
  const since = historySince(view.generation.days.keys(), nowMs, view.generation.completeSince);
  const cost = digestCost(month, today);
  return makeDigest(
    digestInput({
      ...{ date: today, generatedAt: nowMs, facts, incidents, counts, days, since, cost },
      summaries: [...summaries.values()],
    }),
  );
}

async function incidentsOf(records: IssueServices['records'], nowMs: number, today: string) {
  return recalledIncidents({ records }, today, await records.recentIncidents(nowMs));
}

type Facts = ReadonlyMap<string, IssueFacts>;

/** What is shown of issues and tickets now. */
type Present = {
  readonly store: TicketServices['store'];
  readonly summaries: ReadonlyMap<string, IssueSummary>;
  readonly facts: Facts;
};

type ListedIssue = Digest['top'][number];
const LISTS = ['new_issues', 'rising', 'top', 'regressions', 'resolved_candidates'] as const;

/** A digest in the words that issues and tickets have now. Numbers stay as they were. */
async function withLiveTexts(digest: Digest, { store, summaries, facts }: Present): Promise<Digest> {
  const ids = new Set(LISTS.flatMap((list) => digest[list].map(({ id }) => id)));
  const listed = [...ids].flatMap((id) => summaries.get(id) ?? []);
  const shown = digest.incidents.flatMap(({ examples }) => examples.map(({ ticket_id }) => ticket_id));
  const [examples, tickets] = await Promise.all([liveExamples(store, listed, 1), readLive(store, shown)]);
  const issue = (one: ListedIssue): ListedIssue => {
    const summary = summaries.get(one.id);
    return {
      ...one,
      title: summary ? shownIssue(summary, facts.get(one.id)).title : one.title,
      representative_statement: examples.get(one.id)?.[0]?.statement ?? null,
    };
  };
  const lists = Object.fromEntries(LISTS.map((list) => [list, digest[list].map(issue)]));
  return {
    ...digest,
    ...lists,
    incidents: digest.incidents.map((incident) => ({
      ...incident,
      examples: incident.examples.flatMap((example) => {
        const ticket = tickets.get(example.ticket_id);
        return ticket ? [{ ...example, statement: lineOf(ticket) }] : [];
      }),
    })),
  };
}

/** So many days, the given one last. */
function lastDays(last: string, count: number): string[] {
  return Array.from({ length: count }, (_, back) => dayAfter(last, -back));
}

function daysOf({ openedHour, lastHour }: Incident): string[] {
  const days: string[] = [];
  const end = dayAfter(dayOf(lastHour), AROUND_DAYS);
  for (let day = dayAfter(dayOf(openedHour), -AROUND_DAYS); day <= end; day = dayAfter(day, 1))
    days.push(day);
  return days;
}

function digestNotFound(date: string) {
  const message = `There is no digest of ${date}. That of today is made when it is asked for, once tickets were grouped; earlier ones are kept by the nightly pipeline.`;
  return notFound('digest_not_found', message);
}
