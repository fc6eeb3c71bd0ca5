import { parseArgs } from 'node:util';
import { BenchOptionError } from '#bench/report/errors.ts';

/** The load that a month is reckoned for. */
export type CostOptions = {
  readonly skills: number;
  /** The share of skills that differ from one sync to the next. */
  readonly changedShare: number;
  readonly intervalMinutes: number;
  readonly ttlHours: number;
  readonly pageSize: number;
  /** Bytes of a skill's JSON. */
  readonly skillBytes: number;
  /** Ratings given here in a month. */
  readonly ratings: number;
  /** Requests to the API in a month. */
  readonly requests: number;
  /** People who sign in to the user pool. */
  readonly operators: number;
  readonly feed: boolean;
  /** Messages of the feed in a second that change an entry, spread over all skills. */
  readonly feedPerSecond: number;
  /** For how long the feed gathers once it has written much; 0: never. Seconds. */
  readonly feedGatherSeconds: number;
  /** Whether the feed's task runs on Fargate Spot. */
  readonly spot: boolean;
  readonly dashboard: boolean;
  /** Calls of the public health checks in a second. */
  readonly healthPerSecond: number;
  /** Calls in a second that API Gateway itself refuses: without a valid token, or above a throttle. */
  readonly refusedPerSecond: number;
  /** Machine clients in the user pool. */
  readonly machines: number;
  /** Releases whose image ECR keeps. */
  readonly releases: number;
  /** Of the installation: its key costs more from the second and third on. */
  readonly year: number;
  /** New support tickets in a month; 0: no Zendesk is configured. */
  readonly tickets: number;
  /** How long the marketplace takes for a page, in milliseconds. */
  readonly latencyMs: number;
  /** A document whose table is replaced. */
  readonly markdown?: string;
};

/** What the simulator's skills have on average. */
export const SIMULATED_SKILL_BYTES = 2_200;

/** What `npm run cost -- --help` prints. */
export const COST_USAGE = `npm run cost -- [options]
  --skills N             skills in the marketplace (5000)
  --changed N%           how many of them differ from one sync to the next (1%)
  --interval N           minutes between two syncs, 5 to 60 (15)
  --ttl N                hours that an entry lives, 1 to 168 (24)
  --page-size N          skills in a page, 1 to 1000 (100)
  --size N               bytes of a skill (${SIMULATED_SKILL_BYTES})
  --ratings N            ratings a month (1000)
  --requests N           API requests a month (100000)
  --operators N          people in the user pool (5)
  --machines N           machine clients in the user pool, each with two tokens a day (0)
  --feed on|off          the real-time feed's task (on)
  --feed-per-second N    messages that change an entry (what --changed comes to: 0.0556)
  --feed-gather S        seconds that the feed gathers once it has written much, 0 to 900; 0: never (900)
  --spot on|off          whether the task runs on Fargate Spot (on)
  --dashboard on|off     the dashboard in CloudWatch (off)
  --health-per-second N  calls of the public health checks, at most 20 pass the throttle (0)
  --refused-per-second N calls without a valid token, or above a throttle (0)
  --tickets N            new support tickets a month; 0: no Zendesk is configured (0)
  --releases N           releases whose image ECR keeps (12)
  --year N               year of the installation, 1 to 10: what a key costs grows until the third (1)
  --latency N            milliseconds that the marketplace takes for a page (150)
  --markdown FILE        replaces the table in a document`;

const text = (value: string) => ({ type: 'string', default: value }) as const;

const OPTIONS = {
  skills: text('5000'),
  changed: text('1%'),
  interval: text('15'),
  ttl: text('24'),
  'page-size': text('100'),
  size: text(String(SIMULATED_SKILL_BYTES)),
  ratings: text('1000'),
  requests: text('100000'),
  operators: text('5'),
  machines: text('0'),
  feed: text('on'),
  'feed-per-second': { type: 'string' },
  'feed-gather': text('900'),
  spot: text('on'),
  dashboard: text('off'),
  'health-per-second': text('0'),
  'refused-per-second': text('0'),
  tickets: text('0'),
  releases: text('12'),
  year: text('1'),
  latency: text('150'),
  markdown: { type: 'string' },
} as const;

/**
 * Reads the command line.
 *
 * @throws Error in words for the user
 */
export function readCostOptions(args: readonly string[]): CostOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const load = {
    skills: whole('skills', values.skills, 100, 20_000),
    changedShare: share('changed', values.changed),
    intervalMinutes: whole('interval', values.interval, 5, 60),
  };
  const feed = onOrOff('feed', values.feed);
  return {
    ...load,
    ttlHours: whole('ttl', values.ttl, 1, 168),
    pageSize: whole('page-size', values['page-size'], 1, 1_000),
    skillBytes: whole('size', values.size, 200, 380_000),
    ratings: whole('ratings', values.ratings, 0, 100_000_000),
    requests: whole('requests', values.requests, 0, 1_000_000_000),
    operators: whole('operators', values.operators, 0, 1_000_000),
    machines: whole('machines', values.machines, 0, 10_000),
    feed,
    feedPerSecond: feed ? feedRate(values['feed-per-second'], load) : 0,
    feedGatherSeconds: whole('feed-gather', values['feed-gather'], 0, 900),
    spot: onOrOff('spot', values.spot),
    dashboard: onOrOff('dashboard', values.dashboard),
    healthPerSecond: rate('health-per-second', values['health-per-second'], 20),
    refusedPerSecond: rate('refused-per-second', values['refused-per-second'], 10_000),
    tickets: whole('tickets', values.tickets, 0, 100_000_000),
    releases: whole('releases', values.releases, 0, 10_000),
    year: whole('year', values.year, 1, 10),
    latencyMs: whole('latency', values.latency, 0, 60_000),
    markdown: values.markdown,
  };
}

type Load = Pick<CostOptions, 'skills' | 'changedShare' | 'intervalMinutes'>;

/** By default the feed says what the syncs would find without it. */
function feedRate(given: string | undefined, { skills, changedShare, intervalMinutes }: Load): number {
  if (given === undefined) return (skills * changedShare) / (intervalMinutes * 60);
  return rate('feed-per-second', given, 10_000);
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new BenchOptionError(`--${name} is "${text}"; it must be a whole number from ${min} to ${max}.`);
}

function rate(name: string, given: string, max: number): number {
  const value = /^\d{1,5}(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN;
  if (value >= 0 && value <= max) return value;
  throw new BenchOptionError(`--${name} is "${given}"; it must be a number from 0 to ${max}.`);
}

function share(name: string, text: string): number {
  const percent = /^\d{1,3}(\.\d{1,4})?%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent / 100;
  throw new BenchOptionError(`--${name} is "${text}"; it must be a percentage from 0% to 100%, such as 1%.`);
}

function onOrOff(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new BenchOptionError(`--${name} is "${text}"; it must be on or off.`);
}
