import { advanceIncidents, type IncidentSources } from '#core/issues/trends/advance-incidents.ts';
import type { EvidenceTicket } from '#core/issues/trends/burst-alert.ts';
import { distinctiveTerms, wordStatistics } from '#core/issues/trends/distinctive-terms.ts';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import {
  type CountedTicket,
  countDay,
  type DayCounts,
  dayOf,
  HOURS_A_DAY,
  hourOf,
  keyOf,
  type Series,
  seriesOfTicket,
} from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { isAdvertisement } from '#core/issues/trends/spam-wave.ts';
import { createOnlineIssues, type OnlineIssues } from './online-issues.ts';
import type { Question } from './question-rows.ts';

/** Days that are clustered before the window begins; the tickets of the window are assigned one by one. */
export const BASE_DAYS = 56;

export type Window = { readonly from: number; readonly to: number };

/** A series that began to burst: an alert, after which it is quiet for 24 hours before there is another. */
type Episode = {
  readonly series: string;
  readonly hour: number;
  readonly observed: number;
  readonly expected: number;
  readonly p: number;
};

export type Replay = {
  readonly incidents: readonly Incident[];
  readonly episodes: readonly Episode[];
  readonly issues: OnlineIssues;
  readonly tickets: number;
};

type Evidence = EvidenceTicket & CountedTicket;

/**
 * Runs the detector hour by hour over a window, as the hourly job does: the tickets of each hour that closes are
 * assigned to issues, its day is counted again, and what bursts becomes incidents.
 */
export function replayIncidents(questions: readonly Question[], { from, to }: Window): Replay {
  const base = questions.filter(
    ({ createdAt }) => createdAt < from && createdAt >= from - BASE_DAYS * 86_400_000,
  );
  const coming = questions.filter(({ createdAt }) => createdAt >= from && createdAt < to);
  const issues = createOnlineIssues(base);
  const history = new TicketHistory();
  for (const question of base) history.add(evidenceOf(question, issues));
  history.recount();
  const usual = wordStatistics(base.map(({ text }) => text));
  const sources: IncidentSources = {
    termsOf: (texts) => distinctiveTerms(texts, usual),
    titleOf: () => undefined,
  };
  return {
    ...replayHours(coming, { from, to }, { issues, history, sources }),
    issues,
    tickets: coming.length,
  };
}

type Parts = {
  readonly issues: OnlineIssues;
  readonly history: TicketHistory;
  readonly sources: IncidentSources;
};

function replayHours(
  coming: readonly Question[],
  { from, to }: Window,
  { issues, history, sources }: Parts,
): Pick<Replay, 'incidents' | 'episodes'> {
  const episodes = new Episodes();
  let incidents: Incident[] = [];
  let next = 0;
  for (let hour = hourOf(from); hour < hourOf(to); hour++) {
    for (let question = coming[next]; question !== undefined; question = coming[next]) {
      if (hourOf(question.createdAt) > hour) break;
      history.add(evidenceOf(question, issues));
      next++;
    }
    history.recount();
    const bursts = findBursts([hour], history).alerts.get(hour) ?? [];
    for (const { series, observed, expected, p } of bursts) {
      episodes.add({ series: keyOf(series), hour, observed, expected, p });
    }
    incidents = advanceIncidents(incidents, { hour, alerts: bursts }, sources);
  }
  return { incidents, episodes: episodes.begun };
}

function evidenceOf(question: Question, issues: OnlineIssues): Evidence {
  const { id, createdAt, requester, text, line, productArea } = question;
  const { issueId, vector } = issues.assign(question);
  const kind = isAdvertisement(text) ? 'spam' : null;
  return { id, createdAt, requester, productArea, kind, mergedInto: null, issueId, vector, text: line };
}

/** The tickets that have come in, and the counts of their days. */
class TicketHistory {
  readonly counts = new Map<string, Record<string, DayCounts>>();
  readonly #days = new Map<string, Evidence[]>();
  readonly #changed = new Set<string>();

  add(ticket: Evidence): void {
    const day = dayOf(hourOf(ticket.createdAt));
    const tickets = this.#days.get(day) ?? [];
    tickets.push(ticket);
    this.#days.set(day, tickets);
    this.#changed.add(day);
  }

  recount(): void {
    for (const day of this.#changed) {
      for (const [key, counts] of countDay(this.#days.get(day) ?? [], day)) {
        const history = this.counts.get(key) ?? {};
        history[day] = counts;
        this.counts.set(key, history);
      }
    }
    this.#changed.clear();
  }

  readonly evidenceOf = (series: Series, fromHour: number, toHour: number): Evidence[] => {
    const key = keyOf(series);
    const found: Evidence[] = [];
    for (let first = fromHour; dayOf(first) <= dayOf(toHour); first += HOURS_A_DAY) {
      for (const ticket of this.#days.get(dayOf(first)) ?? []) {
        const hour = hourOf(ticket.createdAt);
        if (hour < fromHour || hour > toHour) continue;
        if (seriesOfTicket(ticket).some((one) => keyOf(one) === key)) found.push(ticket);
      }
    }
    return found;
  };
}

/** Alerts of a series within 24 hours of each other are one. */
class Episodes {
  readonly begun: Episode[] = [];
  readonly #last = new Map<string, number>();

  add(episode: Episode): void {
    const last = this.#last.get(episode.series);
    if (last === undefined || episode.hour - last > HOURS_A_DAY) this.begun.push(episode);
    this.#last.set(episode.series, episode.hour);
  }
}
