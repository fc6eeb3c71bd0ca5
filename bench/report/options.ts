import { parseArgs } from 'node:util';
import { BenchOptionError } from './errors.ts';

/** The benchmarks, in the order in which they run. */
export const BENCHMARKS = [
  'first',
  'quiet',
  'changed',
  'memory',
  'bundles',
  'api',
  'search',
  'feed',
  'ratings',
  'tickets',
  'issues',
  'start',
] as const;
/** The name of a benchmark. */
export type Benchmark = (typeof BENCHMARKS)[number];

/** What is measured, and how much of it. */
export type BenchOptions = {
  /** What runs. Default: all. */
  readonly only: ReadonlySet<Benchmark>;
  /** Skills of the usual sync. Default 5,000. */
  readonly skills: number;
  /** Skills of the sync whose memory is compared with the usual one, without a database. Default 100,000. */
  readonly manySkills: number;
  /** The same on dynalite. Default 20,000. */
  readonly moreSkills: number;
  /** How often a time is taken. Default 3. */
  readonly rounds: number;
  /** How often a bundle is loaded. Default 11. */
  readonly loads: number;
  /** How long each route is asked, in seconds. Default 4. */
  readonly loadSeconds: number;
  /** How long the feed is flooded for its memory, in seconds; its other floods are shares of it. Default 60. */
  readonly feedSeconds: number;
  /** Pending ratings that are uploaded. Default 1,000. */
  readonly ratings: number;
  /** Support tickets that are synced and analysed. Default 10,000. */
  readonly tickets: number;
  /** Support tickets that issues are made of; a tenth of them is measured, too. Default 50,000. */
  readonly issueTickets: number;
  /** Whether a missed target is an error. */
  readonly check: boolean;
  /** A document whose table is replaced. */
  readonly markdown?: string;
};

/** What `npm run bench -- --help` prints. */
export const USAGE = `npm run bench -- [options]
  --only first,quiet,changed,memory,bundles,api,search,feed,ratings,tickets,issues,start   what runs (all)
  --skills N --many N --more N                      sizes (5000, 100000, 20000)
  --rounds N --loads N                              how often (3, 11)
  --load-seconds N                                  how long each route is asked (4)
  --feed-seconds N                                  how long the feed is flooded (60)
  --ratings N                                       how many are uploaded (1000)
  --tickets N                                       how many come in and are analysed (10000)
  --issue-tickets N                                 how many issues are made of (50000)
  --markdown docs/performance.md                    replaces the table in a document
  --check                                           exit code 1 when a target is missed`;

/**
 * Reads the command line.
 *
 * @throws Error in words for the user
 */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: BENCHMARKS.join(',') },
      skills: { type: 'string', default: '5000' },
      many: { type: 'string', default: '100000' },
      more: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '3' },
      loads: { type: 'string', default: '11' },
      'load-seconds': { type: 'string', default: '4' },
      'feed-seconds': { type: 'string', default: '60' },
      ratings: { type: 'string', default: '1000' },
      tickets: { type: 'string', default: '10000' },
      'issue-tickets': { type: 'string', default: '50000' },
      check: { type: 'boolean', default: false },
      markdown: { type: 'string' },
    },
  });
  return {
    only: new Set(values.only.split(',').map(benchmark)),
    skills: count('skills', values.skills, 100),
    manySkills: count('many', values.many, 100),
    moreSkills: count('more', values.more, 100),
    rounds: count('rounds', values.rounds, 1),
    loads: count('loads', values.loads, 1),
    loadSeconds: count('load-seconds', values['load-seconds'], 1),
    feedSeconds: count('feed-seconds', values['feed-seconds'], 1),
    ratings: count('ratings', values.ratings, 10),
    tickets: count('tickets', values.tickets, 10),
    issueTickets: count('issue-tickets', values['issue-tickets'], 100),
    check: values.check,
    markdown: values.markdown,
  };
}

function benchmark(name: string): Benchmark {
  const known = BENCHMARKS.find((candidate) => candidate === name);
  if (known === undefined)
    throw new BenchOptionError(`There is no benchmark "${name}"; there are ${BENCHMARKS.join(', ')}.`);
  return known;
}

function count(name: string, text: string, min: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min))
    throw new BenchOptionError(`--${name} is "${text}"; it must be a whole number from ${min}.`);
  return value;
}
