import { type CostLine, line } from './cost-line.ts';
import { issueLines } from './issue-month.ts';
import { ticketMetricMonths } from './monitoring-month.ts';

const DAYS = 30;
const HOURS = DAYS * 24;
/** As the settings have them: a sync each hour, so many tickets analysed directly in it, the rest at night in batches. */
const SYNCS = HOURS + DAYS;
const DIRECT_AN_HOUR = 200;

/** Tokens of one ticket: the instructions with the schema and the ticket itself, and the answer with its thinking. */
const INPUT_TOKENS = 1_400 + 600;
const OUTPUT_TOKENS = 350;

// What nothing here measures, taken generously.
/** It comes, is marked, and is analysed; each time in the table and in the index of the lists. And once its text. */
const WRITES_PER_TICKET = 25;
/** Each run, its lease and its heartbeats; a quiet sync writes nothing else. */
const WRITES_PER_SYNC = 12;
const READS_PER_TICKET = 20;
const READS_PER_SYNC = 20;
/** Its text, what was made of it, and the index. */
const BYTES_PER_TICKET = 6_000;
/** Tickets are kept until Zendesk deletes them: a year of them, on average of the first two. */
const MONTHS_KEPT = 12;
const SECONDS_PER_SYNC = 3;
const SECONDS_PER_ANALYSIS = 3;
/** A request to Claude takes two seconds, and ten of them run side by side. */
const SECONDS_PER_DIRECT_TICKET = 0.2;
const SECONDS_PER_BATCHED_TICKET = 0.02;
/** A batch takes an hour, and is asked after every five minutes. */
const POLLS_A_NIGHT = 12;
const LOG_BYTES_PER_SYNC = 8_000;
const LOG_BYTES_PER_TICKET = 500;
const SECRET_CALLS_PER_SYNC = 3;
const DEFAULT_MEMORY_MB = 512;
const GB = 1_073_741_824;

/**
 * What so many new support tickets a month cost beside everything else; nothing where there are none. The secrets and
 * the alarms are counted in the template with all others.
 */
export function ticketLines(
  tickets: number,
  memoryMb: Readonly<Record<string, number>>,
): readonly CostLine[] {
  if (tickets === 0) return [];
  const direct = Math.min(tickets, DIRECT_AN_HOUR * HOURS);
  const batched = tickets - direct;
  const polls = batched === 0 ? 0 : DAYS * POLLS_A_NIGHT;
  const invocations = 2 * SYNCS + polls;
  return [
    line('Tickets: Claude, input', 'claudeInput', direct * INPUT_TOKENS),
    line('Tickets: Claude, output', 'claudeOutput', direct * OUTPUT_TOKENS),
    line('Tickets: Claude in batches, input', 'claudeBatchInput', batched * INPUT_TOKENS),
    line('Tickets: Claude in batches, output', 'claudeBatchOutput', batched * OUTPUT_TOKENS),
    line('Tickets: DynamoDB writes', 'dynamoDbWrite', tickets * WRITES_PER_TICKET + SYNCS * WRITES_PER_SYNC),
    line('Tickets: DynamoDB reads', 'dynamoDbRead', tickets * READS_PER_TICKET + SYNCS * READS_PER_SYNC),
    line('Tickets: DynamoDB storage', 'dynamoDbStorage', (tickets * MONTHS_KEPT * BYTES_PER_TICKET) / GB),
    line('Tickets: Lambda', 'lambdaGbSecond', gbSeconds({ direct, batched, polls }, memoryMb)),
    line('Tickets: Lambda requests', 'lambdaRequest', invocations),
    line('Tickets: EventBridge Scheduler', 'schedulerInvocation', SYNCS + polls),
    line('Tickets: X-Ray', 'xrayTrace', invocations),
    line('Tickets: Secrets Manager calls', 'secretRequest', SYNCS * SECRET_CALLS_PER_SYNC),
    line('Tickets: CloudWatch metrics', 'customMetric', ticketMetricMonths()),
    line(
      'Tickets: CloudWatch logs',
      'logIngestion',
      (SYNCS * LOG_BYTES_PER_SYNC + tickets * LOG_BYTES_PER_TICKET) / GB,
    ),
    ...issueLines(tickets, memoryMb),
  ];
}

type Analyses = { readonly direct: number; readonly batched: number; readonly polls: number };

function gbSeconds({ direct, batched, polls }: Analyses, memoryMb: Readonly<Record<string, number>>): number {
  const memoryGb = (name: string) => (memoryMb[name] ?? DEFAULT_MEMORY_MB) / 1_024;
  const analysing =
    (SYNCS + polls) * SECONDS_PER_ANALYSIS +
    direct * SECONDS_PER_DIRECT_TICKET +
    batched * SECONDS_PER_BATCHED_TICKET;
  return SYNCS * SECONDS_PER_SYNC * memoryGb('ticket-sync') + analysing * memoryGb('ticket-analysis');
}
