/**
 * Starts a Claude stand-in alone, in its own process:
 *
 *     PORT=4010 BATCH_SECONDS=30 node local/claude/main.ts
 *     node local/claude/main.ts --port 4010 --state-path /tmp/claude
 *
 * Prints one line of JSON, `{"url","apiKey"}`, when it answers; stops on SIGINT and SIGTERM.
 */
import { z } from 'zod';
import { readFlags, startAlone } from '#local/services/start-alone.ts';
import { startClaude } from './claude.ts';
import { DEFAULT_API_KEY } from './options.ts';

/** Settings by environment variable; `--port` says the same as `PORT`, and comes first. */
const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SEED: z.coerce.number().int().default(1),
  API_KEY: z.string().min(1).default(DEFAULT_API_KEY),
  STATE_PATH: z.string().min(1).optional(),
  BATCH_SECONDS: z.coerce.number().min(0).max(172_800).default(2),
  LATENCY_MS: z.coerce.number().min(0).default(0),
});

async function main(): Promise<void> {
  const wanted = readFlags(settings);
  const claude = await startClaude({
    port: wanted.PORT,
    seed: wanted.SEED,
    apiKey: wanted.API_KEY,
    statePath: wanted.STATE_PATH,
    settings: { batchSeconds: wanted.BATCH_SECONDS, latencyMs: wanted.LATENCY_MS },
  });
  const { url, apiKey } = claude;
  process.stdout.write(`${JSON.stringify({ url, apiKey })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void claude.close());
  }
}

await startAlone('The Claude stand-in', main);
