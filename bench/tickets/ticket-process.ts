/** Does one job of the ticket functions in this process and prints what it took. Started by `tickets.ts`. */
import { MeasurementError } from '#bench/report/errors.ts';
import { openTable } from '#bench/report/table.ts';
import { control } from '#bench/services/control.ts';
import type { ClaudeProcessFacts, ZendeskProcessFacts } from '#bench/services/services.ts';
import { type Elapsed, timed } from '#bench/services/stopwatch.ts';
import type { Run } from '#core/runs/run.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { putBare } from './bare-tickets.ts';
import { createBenchTickets, type TicketBench } from './ticket-functions.ts';

/** What this process is told as its only argument, in JSON. */
export type TicketJob = {
  /** `bare`: the least that a sync could do. `quiet`: an hourly run where nothing has changed. */
  readonly kind: 'bare' | 'sync' | 'direct' | 'batch' | 'quiet';
  readonly tickets: number;
  readonly endpoint: string;
  readonly zendesk: ZendeskProcessFacts;
  readonly claude: ClaudeProcessFacts;
  readonly requestsPerMinute: number;
};

/** What it answers, in JSON. 1 MB = 1,048,576 bytes. */
export type TicketMeasurement = Elapsed & {
  /** Of `ms`, what was waited for Claude's batches. */
  readonly waitedMs: number;
  readonly rssMb: number;
  readonly counts: Readonly<Record<string, number>>;
  /** By the first part of the partition key. */
  readonly writes: Readonly<Record<string, number>>;
  /** Calls by route. */
  readonly zendeskCalls: Readonly<Record<string, number>>;
  readonly claudeCalls: Readonly<Record<string, number>>;
  readonly maxExportsPerMinute: number;
};

/** What a run, or a loop, has counted. */
type Counted = Pick<Run, 'counts'>;

type ZendeskStats = {
  readonly byRoute: Readonly<Record<string, number>>;
  readonly maxIncrementalPerMinute: number;
};

/** A run knows of calls of the minute before it, and writes them down; the one of an hour later does not. */
const LATER_MS = 120_000;

const job = JSON.parse(process.argv[2] ?? '') as TicketJob;
const measurement = await measure(job);
process.stdout.write(JSON.stringify(measurement), () => process.exit(0));

async function measure({ kind, tickets, endpoint, ...services }: TicketJob): Promise<TicketMeasurement> {
  const table = openTable(endpoint);
  const bench = createBenchTickets({ ...services, table });
  if (kind === 'quiet') {
    await bench.hourly();
    bench.goOn(LATER_MS);
  }
  await control(services.zendesk, 'DELETE', '/stats');
  await control(services.claude, 'DELETE', '/stats');
  table.meter.reset();
  const { value, elapsed } = await timed<Counted>(() =>
    kind === 'bare' ? putBare(services.zendesk, table) : runOf(bench, kind, tickets),
  );
  const zendesk = await control<ZendeskStats>(services.zendesk, 'GET', '/stats');
  const claude = await control<ZendeskStats>(services.claude, 'GET', '/stats');
  return {
    ...elapsed,
    waitedMs: bench.waitedMs(),
    rssMb: process.resourceUsage().maxRSS / 1024,
    counts: value.counts,
    writes: Object.fromEntries(table.meter.consumed.writes),
    zendeskCalls: zendesk.byRoute,
    claudeCalls: claude.byRoute,
    maxExportsPerMinute: zendesk.maxIncrementalPerMinute,
  };
}

async function runOf(bench: TicketBench, kind: Exclude<TicketJob['kind'], 'bare'>, tickets: number) {
  switch (kind) {
    case 'sync':
      return expect(await bench.sync(), { seen: tickets, new: tickets });
    case 'quiet':
      return expect(await bench.hourly(), {});
    default:
      return expect(await bench.analyse(kind, tickets), { analysed: tickets, pending: 0 });
  }
}

/** @throws MeasurementError when the run did not do what is believed to be measured */
function expect(run: Run, expected: Readonly<Record<string, number>>): Run {
  // A sync by hand ends where issues are made, which is not measured with it.
  if (run.status !== 'success' && run.stage !== TicketStage.assign)
    throw new MeasurementError(`The run ended as ${run.status}: ${run.error?.message ?? run.reason}`);
  for (const [name, count] of Object.entries(expected)) {
    if (run.counts[name] !== count)
      throw new MeasurementError(`The run counted ${run.counts[name]} ${name} instead of ${count}.`);
  }
  return run;
}
