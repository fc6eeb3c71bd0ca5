import { existsSync } from 'node:fs';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { requestersOf } from '#core/issues/trends/incident.ts';
import { simulateBursts } from './burst-simulation.ts';
import { readQuestions } from './question-rows.ts';
import { type Replay, replayIncidents } from './replay-incidents.ts';

/** A window of which it is known what happened. `truth` in `incident-truth.json` is milder. */
type KnownWindow = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What the incident's tickets speak of, its first hour, and by when it must be known; absent: a quiet time. */
  readonly incident?: {
    readonly match: RegExp;
    readonly begins: string;
    readonly by: string;
    readonly isOne: boolean;
  };
};

const WINDOWS: readonly KnownWindow[] = [
  {
    name: 'outage',
    ...{ file: 'sumo-2021-11_2022-01-outage.jsonl.gz', from: '2022-01-12', to: '2022-01-16' },
    incident: {
      match: /load|connect|internet|not work|stopped|firewall|open|outage/i,
      ...{ begins: '2022-01-13T08:00Z', by: '2022-01-13T09:00Z', isOne: false },
    },
  },
  {
    name: 'WhatsApp',
    ...{ file: 'sumo-2025-09_11-whatsapp-incident.jsonl.gz', from: '2025-11-10', to: '2025-11-13' },
    incident: {
      match: /whats|wa web|watsap|watsup/i,
      ...{ begins: '2025-11-11T06:00Z', by: '2025-11-11T07:00Z', isOne: true },
    },
  },
  { name: 'quiet', file: 'sumo-2023-02_04-quiet.jsonl.gz', from: '2023-04-01', to: '2023-04-26' },
];
const MOST_FALSE_ALARMS = 1;
const MOST_SIMULATED = 0.1;
/** An incident is about something if this share of its tickets is. */
const ABOUT = 0.3;

/**
 * Replays the windows that come with the specification and the simulation, as the rows of a Markdown table.
 *
 * @param folder where the files are
 */
export function measureKnownWindows(folder: string): string[] {
  const lines = ['| Window | Result | Detail |', '| --- | --- | --- |'];
  for (const window of WINDOWS) {
    const path = `${folder}/${window.file}`;
    if (!existsSync(path)) lines.push(`skipped: ${path} is missing`);
    else lines.push(rowOf(window, readQuestions(path).tickets));
  }
  const { falseAlarmsPerMonth, rates } = simulateBursts({ series: 200, weeks: 8, seed: 1 });
  const found = rates.map(
    ({ perDay, found: of, medianHours }) =>
      `${perDay}/day ${of.toFixed(2)}${of > 0 ? ` after ${medianHours} h` : ''}`,
  );
  const result = passed(falseAlarmsPerMonth <= MOST_SIMULATED);
  lines.push(
    `| simulation | ${result} | ${falseAlarmsPerMonth.toFixed(3)} false alarms a month; found: ${found.join(', ')} |`,
  );
  return lines;
}

function rowOf({ name, from, to, incident }: KnownWindow, tickets: readonly GroupedTicket[]): string {
  const replay = replayIncidents(tickets, { from: Date.parse(from), to: Date.parse(to) });
  if (incident === undefined) {
    const alarms = replay.episodes.length;
    return `| ${name} | ${passed(alarms <= MOST_FALSE_ALARMS)} | ${alarms} false alarms of ${replay.tickets} tickets |`;
  }
  const found = incidentsAbout(incident.match, replay, tickets).filter(
    ({ openedAt }) =>
      openedAt >= Date.parse(incident.begins) && openedAt <= Date.parse(incident.begins) + 86_400_000,
  );
  const [first] = found;
  const isInTime = first !== undefined && first.openedAt <= Date.parse(incident.by);
  // Without their titles, which are words of the tickets: these are not ours to hand on.
  const detail = found.map(
    (one) =>
      `${new Date(one.openedAt).toISOString()} (${one.tickets.length} tickets, ${requestersOf(one)} people)`,
  );
  return `| ${name} | ${passed(isInTime && (!incident.isOne || found.length === 1))} | ${detail.join('; ')} |`;
}

function incidentsAbout(match: RegExp, { incidents }: Replay, tickets: readonly GroupedTicket[]) {
  const matching = new Set(tickets.filter(({ text }) => match.test(text)).map(({ id }) => id));
  return incidents.filter(
    (incident) =>
      incident.tickets.filter(({ id }) => matching.has(id)).length >= ABOUT * incident.tickets.length,
  );
}

function passed(isPassed: boolean): string {
  return isPassed ? 'pass' : 'FAIL';
}
