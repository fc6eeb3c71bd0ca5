/**
 * Starts a Zendesk alone, in its own process:
 *
 *     node local/zendesk/main.ts --port 4100 --tickets 400 --arrival-every-ms 20000
 *     node local/zendesk/main.ts --tickets ../shared/data/tickets/sumo-2023-02_04-quiet.jsonl.gz --sandbox atom1234
 *
 * Prints one line of JSON, `{"url","subdomain","clientId","clientSecret","email","apiToken"}`, when it answers; stops on
 * SIGINT and SIGTERM.
 */
import { z } from 'zod';
import { readFlags, startAlone } from '#local/services/start-alone.ts';
import { DEFAULT_API_TOKEN, DEFAULT_SUBDOMAIN } from './account.ts';
import { loadTicketFile } from './files/ticket-file.ts';
import { startZendesk } from './server.ts';

const subdomain = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'must be a name such as atom');

/** Settings by environment variable; `--port` says the same as `PORT`, and comes first. */
const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SUBDOMAIN: subdomain.default(DEFAULT_SUBDOMAIN),
  /** How many are generated, or a file of tickets. */
  TICKETS: z.string().min(1).default('400'),
  SEED: z.coerce.number().int().default(1),
  /** How often a ticket comes in; 0 = never. */
  ARRIVAL_EVERY_MS: z.coerce.number().int().min(0).default(0),
  /** `off`, or so many incremental exports a minute. */
  INCREMENTAL_PER_MINUTE: z.union([z.literal('off'), z.coerce.number().int().min(1)]).default(10),
  LATENCY_MS: z.coerce.number().min(0).default(0),
  /** The subdomain of a second account, with other tickets. */
  SANDBOX: subdomain.optional(),
});

async function main(): Promise<void> {
  const wanted = readFlags(settings);
  const isCount = /^\d+$/.test(wanted.TICKETS);
  const zendesk = await startZendesk({
    port: wanted.PORT,
    subdomain: wanted.SUBDOMAIN,
    seed: wanted.SEED,
    tickets: isCount ? Number(wanted.TICKETS) : loadTicketFile(wanted.TICKETS, Date.now()),
    others: wanted.SANDBOX === undefined ? [] : [{ subdomain: wanted.SANDBOX, tickets: 50 }],
    settings: { incrementalPerMinute: wanted.INCREMENTAL_PER_MINUTE, latencyMs: wanted.LATENCY_MS },
  });
  const arrivals =
    wanted.ARRIVAL_EVERY_MS > 0
      ? setInterval(() => zendesk.operate({ op: 'arrive' }), wanted.ARRIVAL_EVERY_MS)
      : undefined;
  const { url, subdomain, clientId, clientSecret } = zendesk;
  const sandbox = wanted.SANDBOX === undefined ? {} : { sandboxUrl: zendesk.urlOf(wanted.SANDBOX) };
  const facts = { url, subdomain, clientId, clientSecret, ...DEFAULT_API_TOKEN, ...sandbox };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(arrivals);
      void zendesk.close();
    });
  }
}

await startAlone('Zendesk', main);
