import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { isGroupable } from '#core/issues/grouping/grouped-ticket-of.ts';
import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import { changedDays, countsOfDays } from '#core/issues/summaries/count-days.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { PipelineWorld } from './pipeline-world.ts';

/** All that went against the promises of the issues; empty where they hold. */
export async function wrongsOfIssues(world: PipelineWorld): Promise<string[]> {
  const { generations } = world.stores;
  const generation = await generations.current();
  const live = liveTickets(world);
  if (!generation) return live.size === 0 ? [] : [`${live.size} tickets and no generation of issues`];
  const days = await generations.readDays(generation, generation.days.keys());
  const grouped = new Map([...days.values()].flatMap(({ tickets }) => tickets.map((one) => [one.id, one])));
  const issues = await generations.readIssues(generation);
  const counts = await generations.readCounts(generation, generation.countedDays);
  const recounted = countsOfDays(days.values(), firstDayOfWindow(generation.publishedAt));
  const differ = [...changedDays(counts, recounted).keys()];
  const ghosts = [...counts.keys()].filter((day) => !days.has(day));
  return [
    ...world.issueBooks.wrongs,
    ...ticketWrongs(live, grouped),
    ...[...differ, ...ghosts].map((day) => `the counts of ${day} are not those of its tickets`),
    ...summaryWrongs([...grouped.values()], issues),
    ...(await recordWrongs(world, grouped)),
  ];
}

function liveTickets(world: PipelineWorld): ReadonlyMap<string, LiveTicket> {
  const entries = [...world.stored().values()].flatMap(({ entry }) =>
    entry?.kind === 'live' ? [entry] : [],
  );
  return new Map(entries.map((entry) => [entry.id, entry]));
}

/** Every ticket is there as it is stored, no other one is, and each that says something is in exactly one issue. */
function ticketWrongs(
  live: ReadonlyMap<string, LiveTicket>,
  grouped: ReadonlyMap<string, GroupedTicket>,
): string[] {
  const missing = [...live.keys()]
    .filter((id) => !grouped.has(id))
    .map((id) => `ticket ${id} is not grouped`);
  const others = [...grouped.values()].flatMap((ticket) => {
    const entry = live.get(ticket.id);
    if (!entry) return [`ticket ${ticket.id} is gone and still grouped`];
    if (entry.revision !== ticket.revision) return [`ticket ${ticket.id} is grouped as it was`];
    if (isGroupable(ticket) !== (ticket.issueId !== null))
      return [`ticket ${ticket.id} is of kind ${ticket.kind} and in issue ${ticket.issueId}`];
    return [];
  });
  return [...missing, ...others];
}

function summaryWrongs(
  tickets: readonly GroupedTicket[],
  issues: readonly { readonly id: string; readonly ticketsTotal: number }[],
): string[] {
  const totals = new Map(issues.map(({ id }) => [id, 0]));
  const wrongs: string[] = [];
  for (const { id, issueId, mergedInto } of tickets) {
    if (issueId === null) continue;
    const total = totals.get(issueId);
    if (total === undefined) wrongs.push(`ticket ${id} is in issue ${issueId}, which has no summary`);
    totals.set(issueId, (total ?? 0) + Number(mergedInto === null));
  }
  const uncounted = issues.filter(({ id, ticketsTotal }) => totals.get(id) !== ticketsTotal);
  return [
    ...wrongs,
    ...uncounted.map(
      ({ id, ticketsTotal }) => `issue ${id} counts ${ticketsTotal} of ${totals.get(id)} tickets`,
    ),
  ];
}

/** What is listed is on record, no incident names a ticket that is gone, and every day has one digest at most. */
async function recordWrongs(
  { stores, clock }: PipelineWorld,
  grouped: ReadonlyMap<string, GroupedTicket>,
): Promise<string[]> {
  const { records, generations } = stores;
  const facts = await records.allFacts();
  const generation = await generations.current();
  const issues = generation ? await generations.readIssues(generation) : [];
  const unlisted = issues.filter(
    ({ id, isEmerging }) => !isEmerging && (facts.get(id)?.listedAt ?? null) === null,
  );
  const incidents = await records.recentIncidents(clock.now());
  const ghosts = incidents.flatMap(({ id, tickets }) =>
    tickets
      .filter((ticket) => !grouped.has(ticket.id))
      .map((ticket) => `incident ${id} names ticket ${ticket.id}`),
  );
  return [...unlisted.map(({ id }) => `issue ${id} is listed, and not on record`), ...ghosts];
}
