import type { Incident } from '#core/issues/trends/incident.ts';
import { EvalInputError } from './eval-input-error.ts';
import { type Question, readQuestions } from './question-rows.ts';
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

const DAY_MS = 86_400_000;

/**
 * The incidents of a window of a file of tickets.
 *
 * @param range times of the window as text; without a beginning it is where the base ends that the file has, without
 * an end it is that of the file
 * @throws EvalInputError when file or times cannot be read
 */
export function measureIncidents(
  path: string,
  range: { readonly from?: string; readonly to?: string },
): IncidentReport {
  const questions = questionsOf(path);
  const { incidents, episodes } = replayIncidents(questions, windowOf(questions, range));
  return { incidents: incidents.map(reported), alerts: episodes.length };
}

function reported({ openedAt, title, issues, tickets }: Incident): IncidentReport['incidents'][number] {
  return { opened_at: new Date(openedAt).toISOString(), title, issues, tickets: tickets.length };
}

function questionsOf(path: string): Question[] {
  try {
    return readQuestions(path).questions;
  } catch (cause) {
    throw new EvalInputError(
      `${path} cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}`,
      {
        cause,
      },
    );
  }
}

function windowOf(
  questions: readonly Question[],
  range: { readonly from?: string; readonly to?: string },
): Window {
  const first = questions[0]?.createdAt ?? 0;
  const last = questions.at(-1)?.createdAt ?? first;
  const from = range.from === undefined ? first + BASE_DAYS * DAY_MS : timeOf('--from', range.from);
  const to = range.to === undefined ? Math.max(last, from) + DAY_MS : timeOf('--to', range.to);
  if (to <= from) throw new EvalInputError('--to must be later than --from');
  return { from, to };
}

function timeOf(option: string, value: string): number {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(time))
    throw new EvalInputError(`${option} must be a time such as 2025-11-11T00:00:00Z, not "${value}"`);
  return time;
}
