import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { EvalInputError } from './eval-input-error.ts';
import { readQuestions } from './question-rows.ts';
import { BASE_DAYS, replayIncidents, type Window } from './replay-incidents.ts';

/** What is printed of a window. */
export type IncidentReport = {
  readonly incidents: readonly {
    readonly opened_at: string;
    readonly title: string;
    readonly issues: readonly string[];
    readonly tickets: number;
  }[];
  /** Series that began to burst: total, product areas and issues. */
  readonly alerts: number;
};

/** What is replayed, as the command line has it. */
export type IncidentOptions = {
  readonly from?: string;
  readonly to?: string;
  readonly resolution?: number;
};

const DAY_MS = 86_400_000;
/** More than any history of tickets, and hours that the replay goes through within minutes. */
const MOST_DAYS = 366;
const ZONED = /(?:z|[+-]\d{2}:?\d{2})$/i;

/**
 * The incidents of a window of a file of tickets.
 *
 * @param options times of the window as text; without a beginning it is where the base ends that the file has, without
 * an end it is that of the file
 * @throws EvalInputError when file or times cannot be read, or the window has no tickets
 */
export function measureIncidents(path: string, options: IncidentOptions): IncidentReport {
  const tickets = ticketsOf(path);
  const window = windowOf(tickets, options);
  if (!tickets.some(({ createdAt }) => createdAt >= window.from && createdAt < window.to)) {
    throw new EvalInputError(`${path} has no tickets from ${iso(window.from)} to ${iso(window.to)}`);
  }
  const { incidents, episodes } = replayIncidents(tickets, window, options.resolution);
  return { incidents: incidents.map(reported), alerts: episodes.length };
}

function reported({ openedAt, title, issues, tickets }: Incident): IncidentReport['incidents'][number] {
  return { opened_at: iso(openedAt), title, issues, tickets: tickets.length };
}

function ticketsOf(path: string): GroupedTicket[] {
  const { tickets, rejected } = readOrThrow(path);
  if (tickets.length > 0) return tickets;
  const why = rejected === 0 ? 'is empty' : `has no row with "id" and "created_at" in its ${rejected}`;
  throw new EvalInputError(`${path} ${why}`);
}

function readOrThrow(path: string) {
  try {
    return readQuestions(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new EvalInputError(`${path} cannot be read: ${reason}`, { cause });
  }
}

function windowOf(tickets: readonly GroupedTicket[], options: IncidentOptions): Window {
  const first = tickets[0]?.createdAt ?? 0;
  const last = tickets.at(-1)?.createdAt ?? first;
  const usual = Math.min(first + BASE_DAYS * DAY_MS, last);
  const from = options.from === undefined ? usual : timeOf('--from', options.from);
  const to = options.to === undefined ? Math.max(last, from) + 1 : timeOf('--to', options.to);
  if (to <= from) throw new EvalInputError('--to must be later than --from');
  if (to - from > MOST_DAYS * DAY_MS) {
    throw new EvalInputError(`--from and --to must not be more than ${MOST_DAYS} days apart`);
  }
  return { from, to };
}

/** A day is its beginning, and a time without a zone is one of UTC: what is printed must not depend on the machine. */
function timeOf(option: string, value: string): number {
  const text = /^\d{4}-\d{2}-\d{2}$/.test(value) || ZONED.test(value) ? value : `${value}Z`;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new EvalInputError(`${option} must be a time such as 2025-11-11T00:00:00Z, not "${value}"`);
  return time;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
