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
  --skills N          skills in the marketplace (5000)
  --changed N%        how many of them differ from one sync to the next (1%)
  --interval N        minutes between two syncs, 5 to 60 (15)
  --ttl N             hours that an entry lives, 1 to 168 (24)
  --page-size N       skills in a page, 1 to 1000 (100)
  --size N            bytes of a skill (${SIMULATED_SKILL_BYTES})
  --ratings N         ratings a month (1000)
  --requests N        API requests a month (100000)
  --operators N       people in the user pool (5)
  --feed on|off       the real-time feed's task (on)
  --tickets N         new support tickets a month; 0: no Zendesk is configured (0)
  --latency N         milliseconds that the marketplace takes for a page (150)
  --markdown FILE     replaces the table in a document`;

/**
 * Reads the command line.
 *
 * @throws Error in words for the user
 */
export function readCostOptions(args: readonly string[]): CostOptions {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      skills: text('5000'),
      changed: text('1%'),
      interval: text('15'),
      ttl: text('24'),
      'page-size': text('100'),
      size: text(String(SIMULATED_SKILL_BYTES)),
      ratings: text('1000'),
      requests: text('100000'),
      operators: text('5'),
      feed: text('on'),
      tickets: text('0'),
      latency: text('150'),
      markdown: { type: 'string' },
    },
  });
  return {
    skills: whole('skills', values.skills, 100, 20_000),
    changedShare: share('changed', values.changed),
    intervalMinutes: whole('interval', values.interval, 5, 60),
    ttlHours: whole('ttl', values.ttl, 1, 168),
    pageSize: whole('page-size', values['page-size'], 1, 1_000),
    skillBytes: whole('size', values.size, 200, 380_000),
    ratings: whole('ratings', values.ratings, 0, 100_000_000),
    requests: whole('requests', values.requests, 0, 1_000_000_000),
    operators: whole('operators', values.operators, 0, 1_000_000),
    feed: onOrOff('feed', values.feed),
    tickets: whole('tickets', values.tickets, 0, 100_000_000),
    latencyMs: whole('latency', values.latency, 0, 60_000),
    markdown: values.markdown,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new BenchOptionError(`--${name} is "${text}"; it must be a whole number from ${min} to ${max}.`);
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
