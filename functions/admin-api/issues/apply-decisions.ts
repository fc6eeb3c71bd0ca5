import { GenerationChangedError } from '#core/issues/errors.ts';
import { withDecisions } from '#core/issues/grouping/apply-decision.ts';
import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import { type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import type { IssueDecision, IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import type { NextGeneration } from '#core/issues/issue-generation.ts';
import { afterMerge, afterSplit, decisionEvents } from '#core/issues/operate/merge-and-split.ts';
import { changedDays, countsOfDays } from '#core/issues/summaries/count-days.ts';
import { describerOfTexts } from '#core/issues/summaries/describe-issue.ts';
import { historySince, summariseIssues } from '#core/issues/summaries/summarise-issues.ts';
import { type Incident, recountedIncident } from '#core/issues/trends/incident.ts';
import type { IssueServices, Services, TicketApiSettings } from '#functions/admin-api/ports.ts';
import type { IssueView } from './issue-reader.ts';

/** A run may publish meanwhile, and others decide: it is made anew of what there is then. */
const MAX_TRIES = 5;
const PAUSE_MS = 200;

/**
 * Has the decisions count that are on record and in no generation yet. What is told of them is written before: whoever
 * is killed between leaves it to the next run of the tickets, which does the same.
 *
 * @returns the generation that has them; undefined where others published each time: the next run brings them in
 */
export async function applyDecisions(
  services: Pick<Services, 'now' | 'sleep' | 'random'>,
  issues: IssueServices,
  settings: Pick<TicketApiSettings, 'minRequesters'>,
): Promise<IssueView | undefined> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const view = await issues.reader.current();
    if (view === undefined) return undefined;
    const open = (await issues.records.decisions()).filter(
      ({ number }) => number > view.generation.decisions,
    );
    if (open.length === 0) return view;
    const next = await prepare(issues, view, {
      open,
      now: services.now(),
      minRequesters: settings.minRequesters,
    });
    try {
      await issues.generations.publish(view.generation, next);
    } catch (error) {
      if (!(error instanceof GenerationChangedError)) throw error;
      await services.sleep(PAUSE_MS * (attempt + services.random()));
    }
  }
  return undefined;
}

type Preparation = {
  readonly open: readonly IssueDecision[];
  readonly now: number;
  readonly minRequesters: number;
};

/** Makes the generation with the decisions in it, and writes what is told of them. */
async function prepare(
  { records }: IssueServices,
  view: IssueView,
  { open, now, minRequesters }: Preparation,
): Promise<NextGeneration> {
  const [summaries, facts, incidents] = await Promise.all([
    view.issues(),
    records.allFacts(),
    records.recentIncidents(now),
  ]);
  const touched = new Set(open.flatMap(({ issue, into }) => [issue, into]));
  const before = await view.days(daysToRead(view, summaries, { touched, now }));
  const days = withDecisions(before, open, view.generation.decisions);
  const { syncedUntil, completeSince, consolidatedAt } = view.generation;
  const effects = effectsOf(open, { before, days, summaries });
  await tell(records, effects, { facts, incidents });
  return {
    publishedAt: now,
    syncedUntil,
    completeSince,
    consolidatedAt,
    decisions: Math.max(...open.map(({ number }) => number)),
    ...(await changed(view, { before, days, now })),
    issues: summariseIssues({
      days,
      before: { days: before, issues: [...summaries.values()] },
      facts,
      incidents: incidents.map((incident) => recounted(incident, effects.moves)),
      mergedAway: new Set(effects.moves.keys()),
      only: touched,
      now,
      since: historySince(view.generation.days.keys(), now, completeSince),
      minRequesters,
      describe: describerOfTexts(ticketsIn(days)),
    }),
  };
}

/** The days of the window, which all numbers are of, and those on which the issues have tickets. */
function daysToRead(
  { generation }: IssueView,
  summaries: ReadonlyMap<string, IssueSummary>,
  { touched, now }: { readonly touched: ReadonlySet<string>; readonly now: number },
): Set<string> {
  const first = firstDayOfWindow(now);
  const own = [...touched].flatMap((id) => summaries.get(id)?.days ?? []);
  return new Set([...[...generation.days.keys()].filter((day) => day >= first), ...own]);
}

/** The days whose tickets are in other issues, and their counts. */
async function changed(
  view: IssueView,
  { before, days, now }: { readonly before: TicketDays; readonly days: TicketDays; readonly now: number },
): Promise<Pick<NextGeneration, 'days' | 'counts'>> {
  const moved = [...days.values()].filter((day) => before.get(day.day) !== day);
  const stored = await view.counts(moved.map(({ day }) => day));
  return { days: moved, counts: changedDays(stored, countsOfDays(moved, firstDayOfWindow(now))) };
}

/** What the decisions came to: those that could be done, and which issue went where. */
type Effects = {
  readonly done: readonly IssueDecision[];
  readonly moves: ReadonlyMap<string, string>;
};

/** A merge is done when nothing is left of one issue and something is there of the other; a split, when tickets went. */
function effectsOf(
  open: readonly IssueDecision[],
  {
    before,
    days,
    summaries,
  }: {
    readonly before: TicketDays;
    readonly days: TicketDays;
    readonly summaries: ReadonlyMap<string, IssueSummary>;
  },
): Effects {
  const had = idsIn(before);
  const have = idsIn(days);
  const isKnown = (id: string) => summaries.has(id) || had.has(id) || have.has(id);
  const done = open.filter(({ type, issue, into }) =>
    type === 'split' ? isKnown(into) : isKnown(issue) && isKnown(into) && !have.has(issue),
  );
  const merges = done.filter(({ type }) => type === 'merge');
  return { done, moves: new Map(merges.map(({ issue, into }) => [issue, into])) };
}

function idsIn(days: TicketDays): Set<string> {
  const ids = new Set<string>();
  for (const { issueId } of ticketsIn(days)) if (issueId !== null) ids.add(issueId);
  return ids;
}

/** Leads the old ids on, and writes facts, events and incidents. Each again changes nothing. */
async function tell(
  records: IssueServices['records'],
  { done, moves }: Effects,
  {
    facts,
    incidents,
  }: { readonly facts: ReadonlyMap<string, IssueFacts>; readonly incidents: readonly Incident[] },
): Promise<void> {
  await records.putMoves([...moves].map(([id, into]) => ({ id, into })));
  for (const { type, issue, into, at } of done) {
    const change =
      type === 'split'
        ? afterSplit(into, at)
        : afterMerge(into, { from: facts.get(issue), byOperator: true });
    await records.changeFacts(into, change);
  }
  await records.putEvents(done.flatMap(decisionEvents));
  const hit = incidents.filter(({ issues }) => issues.some((id) => moves.has(id)));
  if (hit.length > 0) await records.putIncidents(hit.map((incident) => recounted(incident, moves)));
}

/** An incident with the issues that its issues lead to. */
function recounted(incident: Incident, moves: ReadonlyMap<string, string>): Incident {
  return recountedIncident(incident, { isDeleted: () => false, leadsTo: (id) => endOf(id, moves) });
}

/** Where an id leads over several merges; a ring, which no order of merges makes, would end where it began. */
function endOf(id: string, moves: ReadonlyMap<string, string>): string {
  let end = id;
  for (let steps = 0; steps <= moves.size; steps += 1) end = moves.get(end) ?? end;
  return end;
}
