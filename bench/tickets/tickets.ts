import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { withTable } from '#bench/report/table.ts';
import { startClaudeProcess, startZendeskProcess } from '#bench/services/services.ts';
import { analysisLines, type Measured, pacedLines, quietLines, syncLines } from './ticket-lines.ts';
import type { TicketJob, TicketMeasurement } from './ticket-process.ts';

/** What Lambda's bootstrap gives Node in the functions' 512 MB: see `bench/sync/memory.ts`. */
const FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461'];
const TIMEOUT_MS = 300_000;
/** What a real Zendesk allows, and how much of it the settings' default takes. */
const EXPORTS_PER_MINUTE = 10;
const OUR_EXPORTS_PER_MINUTE = 9;
/** No limit worth the name. */
const UNLIMITED = 1_000_000;
/** As long as an answer of a server that is not on this computer takes. */
const LATENCY_MS = 50;

/**
 * So many tickets out of the Zendesk simulator into dynalite and through the Claude stand-in: as fast as they come and
 * directly, then at Zendesk's limit and in batches. Each job has a process of its own, with Lambda's heap.
 */
export async function benchTickets({ tickets }: BenchOptions): Promise<Line[]> {
  const bare = await onNewTable(tickets, 'off', (run) => run('bare'));
  const [sync, direct, quiet] = await onNewTable(tickets, 'off', async (run) => [
    await run('sync'),
    await run('direct'),
    await run('quiet'),
  ]);
  const [paced, batch] = await onNewTable(tickets, EXPORTS_PER_MINUTE, async (run) => [
    await run('sync'),
    await run('batch'),
  ]);
  const measured: Measured = { tickets, latencyMs: LATENCY_MS, bare, sync, direct, quiet, paced, batch };
  return [
    ...syncLines(measured),
    ...pacedLines(measured, { perMinute: EXPORTS_PER_MINUTE, ours: OUR_EXPORTS_PER_MINUTE }),
    ...quietLines(measured),
    ...analysisLines(measured),
  ];
}

type Run = (kind: TicketJob['kind']) => Promise<TicketMeasurement>;

/** Runs jobs one after the other on one table, against a Zendesk and a Claude of their own. */
async function onNewTable<T>(
  tickets: number,
  perMinute: number | 'off',
  jobs: (run: Run) => Promise<T>,
): Promise<T> {
  const zendesk = await startZendeskProcess(tickets, perMinute);
  const claude = await startClaudeProcess(LATENCY_MS);
  try {
    return await withTable(({ endpoint }) => {
      const services = { endpoint, zendesk: zendesk.facts, claude: claude.facts };
      const requestsPerMinute = perMinute === 'off' ? UNLIMITED : OUR_EXPORTS_PER_MINUTE;
      return jobs((kind) => inProcess({ kind, tickets, requestsPerMinute, ...services }));
    });
  } finally {
    await zendesk.stop();
    await claude.stop();
  }
}

async function inProcess(job: TicketJob): Promise<TicketMeasurement> {
  const module = new URL('./ticket-process.ts', import.meta.url).pathname;
  const args = [...FLAGS, module, JSON.stringify(job)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS });
  process.stderr.write(stderr);
  return JSON.parse(stdout) as TicketMeasurement;
}
