import type { FailedTicket, TicketSyncState } from '#core/tickets/sync-state.ts';
import type { CursorLost, TicketPage } from '#core/tickets/ticket-export.ts';
import { CursorRefusedError, RepeatedCursorError, TooManyFailedError } from './errors.ts';
import { latestStart } from './start-export.ts';
import { count, type SyncSession, writeState } from './sync-session.ts';
import { takeTickets } from './take-tickets.ts';

/** Failed tickets that are kept to be tried again: more would not fit where the export is written down. */
const MAX_FAILED = 500;
/** An export whose cursor is lost begins so much before the newest change that was seen. */
const OVERLAP_MS = 60_000;

/** What the pages of one invocation have shown. */
type Course = { readonly seen: Set<string>; repeats: number; losses: number };

/**
 * Reads the export to its end, page by page. The tickets of a page are written before its cursor, so that whoever goes
 * on after a crash begins at a page that is there at least in part, and finds it unchanged.
 *
 * @throws RepeatedCursorError | CursorRefusedError | TooManyFailedError, and what `takeTickets` and the export throw
 */
export async function readPages(session: SyncSession): Promise<void> {
  const course: Course = { seen: new Set(), repeats: 0, losses: 0 };
  for (;;) {
    session.context.signal.throwIfAborted();
    const page = await askForPage(session);
    if (page.kind === 'cursor_lost') {
      await beginAnew(session, course, page);
      continue;
    }
    const leads = whereTo(session, course, page);
    if (leads === 'again') continue;
    await takePage(session, page);
    if (leads === 'nowhere') throw new RepeatedCursorError();
    if (page.isEnd) return;
  }
}

function askForPage({ deps, context, pace, state }: SyncSession): Promise<TicketPage | CursorLost> {
  const { cursor, startTime, pageSize = deps.pageSize } = state;
  const from = cursor === undefined ? { startTime: latestStart(startTime, deps.now()) } : { cursor };
  return deps.zendesk.page({ from, pageSize, pace, signal: context.signal });
}

/** How a lost cursor looks is not documented, so that any refusal of one is taken for it; but only once in an invocation. */
async function beginAnew(session: SyncSession, course: Course, { status }: CursorLost): Promise<void> {
  course.losses += 1;
  if (course.losses > 1) throw new CursorRefusedError(status);
  const { lastGeneratedAt, startTime } = session.state;
  const message = `Zendesk did not know the cursor any more (${status}); the export began anew a minute before the newest change that was seen.`;
  session.context.note({ stage: 'sync', code: 'zendesk_cursor_lost', message });
  session.deps.log.warn('the cursor of the export is lost', { status });
  await writeState(session, {
    cursor: undefined,
    startTime: lastGeneratedAt === undefined ? startTime : Math.max(0, lastGeneratedAt - OVERLAP_MS),
  });
}

/**
 * Where the cursor of a page leads. One that has come before is asked for once more, without its page being taken and
 * counted twice; where that does not help it leads nowhere.
 */
function whereTo(
  { state }: SyncSession,
  course: Course,
  { cursor, isEnd }: TicketPage,
): 'on' | 'again' | 'nowhere' {
  if (state.cursor !== undefined) course.seen.add(state.cursor);
  if (isEnd || cursor === undefined) return 'on';
  if (!course.seen.has(cursor)) {
    course.repeats = 0;
    return 'on';
  }
  course.repeats += 1;
  return course.repeats === 1 ? 'again' : 'nowhere';
}

async function takePage(session: SyncSession, page: TicketPage): Promise<void> {
  const { deps, context, state } = session;
  const taken = await takeTickets(session, page.tickets);
  const failed = [...page.failed, ...taken.failed];
  const isQuiet = page.isEnd && page.tickets.length + failed.length === 0 && state.completedAt !== undefined;
  if (!isQuiet || session.mustWrite || isPaced(session)) {
    await writeState(session, {
      cursor: page.cursor ?? state.cursor,
      lastGeneratedAt: newest(page, state),
      failedTickets: withFailures(state.failedTickets, failed),
      pageSize: page.pageSize,
      ...(page.isEnd && { completedAt: deps.now() }),
    });
    context.advanced();
  }
  noteFailures(session, failed);
  const seen = (taken.counts.seen ?? 0) + page.failed.length;
  count(session, { ...taken.counts, seen, pages: 1, failed: failed.length });
}

/** Whether more than this one request lies in the last minute, so that the next run has to know of them. */
function isPaced({ pace }: SyncSession): boolean {
  return pace.state().requestTimes.length > 1;
}

function newest({ tickets }: TicketPage, { lastGeneratedAt }: TicketSyncState): number | undefined {
  return tickets.reduce<number | undefined>(
    (latest, { generatedAt }) => Math.max(latest ?? 0, generatedAt),
    lastGeneratedAt,
  );
}

/** Adds failed tickets to those that the next run tries again. @throws TooManyFailedError */
function withFailures(
  known: readonly FailedTicket[],
  failed: readonly FailedTicket[],
): readonly FailedTicket[] {
  const byId = new Map([...known, ...failed].filter(canBeAskedFor).map((ticket) => [ticket.id, ticket]));
  const first = failed[0];
  if (byId.size > MAX_FAILED && first) throw new TooManyFailedError(byId.size, first.message);
  return [...byId.values()];
}

/** Not every ticket that cannot be read has an id that can. */
function canBeAskedFor({ id }: FailedTicket): boolean {
  return /^\d+$/.test(id);
}

/** Says of each ticket why it was not taken. */
export function noteFailures({ context }: SyncSession, failed: readonly FailedTicket[]): void {
  for (const { id, code, message } of failed) context.note({ stage: 'sync', code, message, record: id });
}
