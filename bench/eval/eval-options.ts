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
};

/** What `npm run eval:tickets -- --help` prints. */
export const EVAL_USAGE = `npm run eval:tickets -- [options]
  without options              groups the known sets of ../shared/data/tickets, replays the known windows, prints tables
  --labelled FILE.jsonl[.gz]   groups the file's texts, prints {v, ari, clusters, seconds, peak_rss_mb} as one line;
                               its rows have "text", "intent" and perhaps "domain" (each domain apart)
  --incidents FILE.jsonl[.gz]  replays the file's tickets hour by hour, prints {incidents, alerts} as one line; its rows
                               have "id", "created_at", "subject", "description_html", "topic", "requester"
  --from T --to T              the window of that replay (after 56 days of base, to the end of the file)
  --resolution R               how fine the groups are, 0.5 to 8 (2)
  --seed N                     another order of the same work (1)
  --help                       prints this`;

/**
 * Reads the command line.
 *
 * @throws EvalInputError in words for the user
 */
export function readEvalOptions(args: readonly string[]): EvalOptions {
  const { labelled, resolution, seed, ...replay } = parse(args);
  return {
    ...replay,
    ...(labelled !== undefined && { labelled }),
    ...(resolution !== undefined && { resolution: resolutionOf(resolution) }),
    ...(seed !== undefined && { seed: seedOf(seed) }),
  };
}

const text = { type: 'string' } as const;
const OPTIONS = {
  labelled: text,
  incidents: text,
  from: text,
  to: text,
  resolution: text,
  seed: text,
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
