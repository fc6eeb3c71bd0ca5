/** Decides what generated tickets are about and when they come, before a word of them is written. */
import { createRandom, type SeededRandom } from '#local/random.ts';
import { GROWING_INCIDENT, PLANTED_ISSUES, type PlantedIssue } from './issue-texts.ts';
import { INJECTIONS } from './other-texts.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
/** The incident grows for so long before the end. */
const INCIDENT_SECONDS = 6 * HOUR_SECONDS;
/** The spam wave: so many, within two hours, so long before the end. */
const WAVE_TICKETS = 25;
const WAVE_AGE_SECONDS = 2 * DAY_SECONDS;
/** Fewer tickets than this have no room for a wave. */
const WAVE_FROM = 100;

/** One ticket to be. `at` is when it comes, Unix seconds. */
export type TicketPlan = { readonly at: number } & (
  | { readonly kind: 'issue' | 'incident'; readonly issue: PlantedIssue }
  | { readonly kind: 'everyday' | 'log' }
  | { readonly kind: 'spam'; readonly sender: number }
  | { readonly kind: 'injection'; readonly which: number }
);

type Span = { readonly startSeconds: number; readonly endSeconds: number };

/** Plans `count` tickets over the `days` before an end, oldest first. */
export function planTickets(options: {
  readonly seed: number;
  readonly count: number;
  readonly days: number;
  readonly endSeconds: number;
}): TicketPlan[] {
  const { seed, count, days, endSeconds } = options;
  const random = createRandom(seed);
  const span = { startSeconds: endSeconds - days * DAY_SECONDS, endSeconds };
  const incidents = Math.min(40, Math.floor(count * 0.08));
  const wave = count < WAVE_FROM ? 0 : WAVE_TICKETS;
  const rest = count - incidents - wave;
  const plans = [
    ...Array.from({ length: incidents }, () => planIncident(random, endSeconds)),
    ...Array.from({ length: wave }, (_, sender) => planWave(random, endSeconds, sender)),
    ...Array.from({ length: rest }, (_, index) => planOther(random, span, index)),
  ];
  return plans.sort((a, b) => a.at - b.at);
}

/** More and more of them towards the end. */
function planIncident(random: SeededRandom, endSeconds: number): TicketPlan {
  const at = endSeconds - Math.floor(INCIDENT_SECONDS * (1 - Math.sqrt(random.next())));
  return { kind: 'incident', at, issue: GROWING_INCIDENT };
}

function planWave(random: SeededRandom, endSeconds: number, sender: number): TicketPlan {
  return { kind: 'spam', at: endSeconds - WAVE_AGE_SECONDS + random.below(2 * HOUR_SECONDS), sender };
}

/** The first few are those that must not be missing in any set that has room for them. */
function planOther(random: SeededRandom, span: Span, index: number): TicketPlan {
  const at = timeFor(random, span, () => 1);
  if (index < INJECTIONS.length) return { kind: 'injection', which: index, at };
  if (index === INJECTIONS.length) return { kind: 'log', at };
  const share = random.next();
  if (share < 0.48) {
    const issue = chooseIssue(random);
    return { kind: 'issue', issue, at: timeFor(random, span, (time) => courseWeight(issue, time, span)) };
  }
  if (share < 0.49) return { kind: 'spam', sender: random.below(1000), at };
  if (share < 0.5) return { kind: 'injection', which: random.below(INJECTIONS.length), at };
  return { kind: 'everyday', at };
}

function chooseIssue(random: SeededRandom): PlantedIssue {
  const total = PLANTED_ISSUES.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random.below(total);
  for (const issue of PLANTED_ISSUES) {
    rest -= issue.weight;
    if (rest < 0) return issue;
  }
  return random.pick(PLANTED_ISSUES);
}

/** A time by the week's and the day's rhythm and a weight (0–1) of one's own. */
function timeFor(random: SeededRandom, span: Span, weight: (time: number) => number): number {
  const { startSeconds, endSeconds } = span;
  let time = endSeconds;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    time = random.between(startSeconds, endSeconds);
    if (random.chance(rhythm(time) * weight(time))) break;
  }
  return time;
}

function rhythm(seconds: number): number {
  const date = new Date(seconds * 1000);
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  const isDaytime = date.getUTCHours() >= 7 && date.getUTCHours() < 19;
  return (isDaytime ? 1 : 0.15) * (isWeekend ? 0.25 : 1);
}

function courseWeight({ course }: PlantedIssue, seconds: number, { startSeconds, endSeconds }: Span): number {
  const share = (seconds - startSeconds) / (endSeconds - startSeconds);
  switch (course) {
    case 'steady':
      return 1;
    case 'fading':
      return share < 0.6 ? 1 : 0.1;
    case 'rising':
      return 0.15 + 0.85 * share;
    case 'mondays':
      return new Date(seconds * 1000).getUTCDay() === 1 ? 1 : 0.2;
  }
}
