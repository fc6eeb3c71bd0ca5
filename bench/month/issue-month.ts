import { type CostLine, line } from './cost-line.ts';

const DAYS = 30;
/** One each hour, and at night; each day the retention, and each week the consolidation. */
const RUNS = DAYS * 24 + DAYS;
const RETENTIONS = DAYS;
const CONSOLIDATIONS = 5;
/** Of the runs in which something changed: at most all. */
const CHANGING = RUNS;
/** Tickets that are grouped: those of three months. */
const MONTHS_GROUPED = 3;

// What the contracts' stores were measured to weigh (docs/data-model.md).
/** Of the index by creation: what a list of tickets is narrowed down by, and the revision. */
const INDEX_BYTES_PER_TICKET = 200;
/** A ticket with its text and issue, packed with those of its day. */
const DAY_BYTES_PER_TICKET = 240;
const FACTS_BYTES_PER_ISSUE = 500;

// What nothing here measures, taken generously.
const DAY_COUNTS_BYTES = 15_000;
/** All issues, packed; a generation and what names it. */
const ISSUES_PER_TICKET = 1 / 60;
const BYTES_PER_ISSUE = 320;
const WRITES_PER_GENERATION = 20;
const READS_PER_RUN = 50;
/** Tickets of an hour may be of several days: a ticket is analysed later than it came. */
const CHANGED_DAYS = 3;
/** Loading, vectors of all texts, and the hours. */
const SECONDS_PER_RUN = 3;
const SECONDS_PER_TICKET = 0.0003;
const SECONDS_PER_CONSOLIDATION = 20;
/** A new issue is named once, a large one again when its statements have become others. */
const LABELS_PER_ISSUE = 0.5;
const LABEL_INPUT_TOKENS = 1_000;
const LABEL_OUTPUT_TOKENS = 250;
const LOG_BYTES_PER_RUN = 6_000;
const DEFAULT_MEMORY_MB = 3_008;
const READ_UNIT = 4_096;
const WRITE_UNIT = 1_024;

/** What issues, trends and labels cost beside the tickets that they are made of. */
export function issueLines(tickets: number, memoryMb: Readonly<Record<string, number>>): readonly CostLine[] {
  const grouped = tickets * MONTHS_GROUPED;
  const invocations = RUNS + RETENTIONS + CONSOLIDATIONS;
  const issues = grouped * ISSUES_PER_TICKET;
  const labels = tickets * ISSUES_PER_TICKET * LABELS_PER_ISSUE;
  return [
    line('Issues: Claude, input', 'claudeLabelInput', labels * LABEL_INPUT_TOKENS),
    line('Issues: Claude, output', 'claudeLabelOutput', labels * LABEL_OUTPUT_TOKENS),
    line('Issues: DynamoDB writes', 'dynamoDbWrite', CHANGING * writes(tickets / DAYS, issues)),
    line('Issues: DynamoDB reads', 'dynamoDbRead', invocations * reads(grouped, issues)),
    line('Issues: Lambda', 'lambdaGbSecond', gbSeconds(grouped, memoryMb)),
    line('Issues: Lambda requests', 'lambdaRequest', invocations),
    line('Issues: EventBridge Scheduler', 'schedulerInvocation', RETENTIONS + CONSOLIDATIONS),
    line('Issues: X-Ray', 'xrayTrace', invocations),
    line('Issues: CloudWatch logs', 'logIngestion', (invocations * LOG_BYTES_PER_RUN) / 1_073_741_824),
  ];
}

/** Half a read unit for each 4 KB, since what is read may be a moment old. */
function reads(grouped: number, issues: number): number {
  const bytes =
    grouped * (INDEX_BYTES_PER_TICKET + DAY_BYTES_PER_TICKET) +
    MONTHS_GROUPED * DAYS * DAY_COUNTS_BYTES +
    issues * BYTES_PER_ISSUE;
  // The facts are read as they are now, which costs twice that.
  return READS_PER_RUN + bytes / READ_UNIT / 2 + (issues * FACTS_BYTES_PER_ISSUE) / READ_UNIT;
}

/** The days that changed, their counts, and all issues: their numbers are others each hour. */
function writes(ticketsADay: number, issues: number): number {
  const bytes =
    CHANGED_DAYS * (ticketsADay * DAY_BYTES_PER_TICKET + DAY_COUNTS_BYTES) + issues * BYTES_PER_ISSUE;
  // What is replaced is given the time at which it goes, which costs what it weighs once more.
  return WRITES_PER_GENERATION + (2 * bytes) / WRITE_UNIT;
}

function gbSeconds(grouped: number, memoryMb: Readonly<Record<string, number>>): number {
  const memoryGb = (memoryMb['ticket-issues'] ?? DEFAULT_MEMORY_MB) / 1_024;
  const seconds =
    (RUNS + RETENTIONS) * (SECONDS_PER_RUN + grouped * SECONDS_PER_TICKET) +
    CONSOLIDATIONS * SECONDS_PER_CONSOLIDATION;
  return seconds * memoryGb;
}
