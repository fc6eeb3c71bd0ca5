import { parseArgs } from 'node:util';
import { SETTING_RANGES } from '#core/setting-ranges.ts';
import { EvalInputError } from './eval-input-error.ts';

/** What an evaluation is asked for; without a file it runs on the sets that are known. */
export type EvalOptions = {
  readonly labelled?: string;
  readonly incidents?: string;
  readonly from?: string;
  readonly to?: string;
  readonly resolution?: number;
  readonly seed?: number;
  readonly golden?: boolean;
  /** Operators’ corrections in place of the golden set. */
  readonly corrections?: string;
  readonly simulator?: boolean;
  /** In US dollars. */
  readonly budget?: number;
  /** A document whose tables are replaced. */
  readonly markdown?: string;
};

/** What `npm run eval:tickets -- --help` prints. */
export const EVAL_USAGE = `npm run eval:tickets -- [options]
  without options              groups the known sets of ../shared/data/tickets, replays the known windows, prints tables
  --markdown docs/performance.md   puts these tables into a document
  --labelled FILE.jsonl[.gz]   groups the file's texts, prints {v, ari, clusters, seconds, peak_rss_mb} as one line;
                               its rows have "text", "intent" and perhaps "domain" (each domain apart)
  --incidents FILE.jsonl[.gz]  replays the file's tickets hour by hour, prints {incidents, alerts} as one line; its rows
                               have "id", "created_at", "subject", "description_html", "topic", "requester"
  --from T --to T              the window of that replay (after 56 days of base, to the end of the file); in UTC where
                               no zone is said
  --golden                     asks Claude about tickets that people have described, and about injections; needs
                               ANTHROPIC_API_KEY, takes the CLAUDE_ settings from the environment
  --corrections FILE.jsonl     the same about tickets that operators put right: answers of GET /api/tickets/{id}
  --simulator                  asks the stand-in of this repository, which answers by rules
  --budget USD                 the most that --golden and --corrections may cost (1)
  --resolution R               how fine the groups are, 0.5 to 8 (2)
  --seed N                     another order of the same work (1)
  --help                       prints this`;

/**
 * Reads the command line.
 *
 * @throws EvalInputError in words for the user
 */
export function readEvalOptions(args: readonly string[]): EvalOptions {
  const { resolution, seed, budget, ...others } = parse(args);
  const kinds = [others.labelled, others.incidents, others.golden, others.corrections];
  if (kinds.filter((one) => one !== undefined).length > 1)
    throw new EvalInputError('only one of --labelled, --incidents, --golden and --corrections at a time');
  if (others.markdown !== undefined && kinds.some((one) => one !== undefined))
    throw new EvalInputError('--markdown is for the known sets');
  if (others.incidents === undefined && (others.from !== undefined || others.to !== undefined))
    throw new EvalInputError('--from and --to are for --incidents');
  return {
    ...others,
    ...(resolution !== undefined && { resolution: resolutionOf(resolution) }),
    ...(seed !== undefined && { seed: seedOf(seed) }),
    ...(budget !== undefined && { budget: budgetOf(budget) }),
  };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  labelled: text,
  incidents: text,
  from: text,
  to: text,
  resolution: text,
  seed: text,
  golden: flag,
  corrections: text,
  simulator: flag,
  budget: text,
  markdown: text,
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    throw new EvalInputError(cause instanceof Error ? cause.message : 'unreadable options', { cause });
  }
}

function resolutionOf(value: string): number {
  const { min, max } = SETTING_RANGES.TICKET_CLUSTER_RESOLUTION;
  const resolution = Number(value);
  if (value.trim() !== '' && resolution >= min && resolution <= max) return resolution;
  throw new EvalInputError(`--resolution must be a number from ${min} to ${max}, not "${value}"`);
}

function seedOf(value: string): number {
  const seed = Number(value);
  if (value.trim() !== '' && Number.isSafeInteger(seed)) return seed;
  throw new EvalInputError(`--seed must be a whole number, not "${value}"`);
}

function budgetOf(value: string): number {
  const budget = Number(value);
  if (value.trim() !== '' && budget >= 0 && budget <= 1_000) return budget;
  throw new EvalInputError(`--budget must be an amount from 0 to 1000, not "${value}"`);
}
