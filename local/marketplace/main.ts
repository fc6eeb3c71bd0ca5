/**
 * Starts a marketplace alone, in its own process (benchmarks do so):
 *
 *     PORT=4000 SKILLS=100000 node local/marketplace/main.ts
 *     node local/marketplace/main.ts --port 4000 --churn 2000:5 --limits contract
 *
 * Prints one line of JSON, `{"url","wsUrl","token"}`, when it answers; stops on SIGINT and SIGTERM.
 */
import { z } from 'zod';
import { readFlags, startAlone } from '#local/services/start-alone.ts';
import { DEFAULT_TOKEN } from './options.ts';
import { startMarketplace } from './server.ts';

const flags = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Settings by environment variable; `--port` says the same as `PORT`, and comes first. */
const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HOST: z.string().default('127.0.0.1'),
  SKILLS: z.coerce.number().int().min(0).max(1_000_000).default(5_000),
  SEED: z.coerce.number().int().default(1),
  TOKEN: z.string().min(1).default(DEFAULT_TOKEN),
  /** `everyMs` or `everyMs:changes`. */
  CHURN: z
    .string()
    .regex(/^\d+(:\d+)?$/, 'must look like 2000 or 2000:5 (milliseconds, changes)')
    .optional(),
  /** `off`, `contract`, or `perMinute:concurrent`. */
  LIMITS: z
    .string()
    .regex(/^(off|contract|[1-9]\d*:[1-9]\d*)$/, 'must be off, contract or e.g. 100:10 (a minute, at once)')
    .default('off'),
  LATENCY_MS: z.coerce.number().min(0).default(0),
  PING_EVERY_MS: z.coerce.number().int().min(100).optional(),
  ID_FIELD: z.enum(['skill_id', 'id']).default('skill_id'),
  BARE_CATEGORIES: flags.default(false),
  RATING_UPDATES: flags.default(true),
});

function readLimits(text: string) {
  if (text === 'off' || text === 'contract') return text;
  const [perMinute = 0, concurrent = 0] = text.split(':').map(Number);
  return { perMinute, concurrent };
}

function readChurn(text: string | undefined) {
  if (text === undefined) return undefined;
  const [everyMs = 0, changes] = text.split(':').map(Number);
  return { everyMs, changes };
}

async function main(): Promise<void> {
  const wanted = readFlags(settings);
  const marketplace = await startMarketplace({
    port: wanted.PORT,
    host: wanted.HOST,
    skills: wanted.SKILLS,
    seed: wanted.SEED,
    token: wanted.TOKEN,
    churn: readChurn(wanted.CHURN),
    limits: readLimits(wanted.LIMITS),
    latencyMs: wanted.LATENCY_MS,
    pingEveryMs: wanted.PING_EVERY_MS,
    idField: wanted.ID_FIELD,
    bareCategories: wanted.BARE_CATEGORIES,
    ratingUpdates: wanted.RATING_UPDATES,
  });
  const { url, wsUrl, token } = marketplace;
  process.stdout.write(`${JSON.stringify({ url, wsUrl, token })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void marketplace.close());
  }
}

await startAlone('The marketplace', main);
