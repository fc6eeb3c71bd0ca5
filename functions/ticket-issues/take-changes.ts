import { inParallel } from '#core/in-parallel.ts';
import { ticketsToRead, withTickets } from '#core/issues/grouping/take-tickets.ts';
import type { TicketDays } from '#core/issues/grouping/ticket-days.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketRevision } from '#core/tickets/ticket-store.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import type { IssueSession } from './issue-session.ts';
import type { KnownIssues } from './known-issues.ts';

const DAY_MS = 86_400_000;
/** An hourly run walks over the tickets of so many days: those that are grouped, and a little more. */
const WALKED_DAYS = 92;
/** So many tickets are taken for one generation: their texts have to fit into the memory. */
const MOST_READ = 50_000;
/** So many entries are read together, so many times at once. */
const READ_TOGETHER = 1_000;
const READS_AT_ONCE = 4;
/** The index of the tickets follows a write within a second, mostly. */
const INDEX_LAG_MS = 2_000;

/** The days with what was written since the generation before. */
export type TakenChanges = {
  readonly days: TicketDays;
  /** There was more than one generation takes. */
  readonly hasMore: boolean;
};

/**
 * Takes over what was written since the generation before: tickets that came, changed, or are gone. The newest first,
 * where there are very many.
 *
 * @throws StorageError; the reason of the run's signal
 */
export async function takeChanges(session: IssueSession, known: KnownIssues): Promise<TakenChanges> {
  const { deps } = session;
  await awaitIndex(session);
  const range = { from: isWhole(session, known) ? undefined : deps.now() - WALKED_DAYS * DAY_MS };
  const revisions = await walk(session, range);
  const all = newestFirst(ticketsToRead(known.days, revisions, range), revisions);
  const ids = all.slice(0, MOST_READ);
  const entries = await readEntries(session, ids);
  const { days } = withTickets(known.days, ids, entries);
  return { days, hasMore: all.length > ids.length };
}

/** What the run has written itself is to be seen by its walk. */
async function awaitIndex({ deps, context, counts }: IssueSession): Promise<void> {
  const written = ['new', 'changed', 'deleted', 'analysed'].some((name) => (counts[name] ?? 0) > 0);
  if (written) await deps.sleep(INDEX_LAG_MS, context.signal);
}

/**
 * Whether all tickets are compared, however old. Within an hour it is mostly the newer ones that change; where something
 * was deleted, a run before was lost or failed, or old tickets come in, none may be missed.
 */
function isWhole({ context, parameters, counts }: IssueSession, { before }: KnownIssues): boolean {
  const { task, backfill_days } = parameters;
  const isHourly = task === TicketTask.sync && backfill_days === undefined && before !== undefined;
  const isCertain = !context.isAfterCrash && context.state.lastStatus !== 'failed';
  return !isHourly || !isCertain || (counts.deleted ?? 0) > 0;
}

async function walk(
  { deps, context }: IssueSession,
  range: { readonly from: number | undefined },
): Promise<TicketRevision[]> {
  const found: TicketRevision[] = [];
  for await (const piece of deps.tickets.revisions(range)) {
    context.signal.throwIfAborted();
    for (const revision of piece) found.push(revision);
  }
  return found;
}

/** What is gone comes before all: it is not to be shown any longer. */
function newestFirst(ids: readonly string[], revisions: readonly TicketRevision[]): string[] {
  const createdAt = new Map(revisions.map((one) => [one.id, one.createdAt]));
  const at = (id: string) => createdAt.get(id) ?? Number.MAX_SAFE_INTEGER;
  return [...ids].sort((one, other) => at(other) - at(one) || (one < other ? -1 : 1));
}

async function readEntries(
  { deps, context }: IssueSession,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TicketEntry>> {
  const entries = new Map<string, TicketEntry>();
  const pieces = Array.from({ length: Math.ceil(ids.length / READ_TOGETHER) }, (_, index) =>
    ids.slice(index * READ_TOGETHER, (index + 1) * READ_TOGETHER),
  );
  await inParallel(pieces, READS_AT_ONCE, async (piece) => {
    context.signal.throwIfAborted();
    for (const [id, entry] of await deps.tickets.getMany(piece)) entries.set(id, entry);
  });
  return entries;
}
