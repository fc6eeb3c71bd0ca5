import type { MeasuredSyncs } from '#bench/sync/measure-syncs.ts';
import { MetricName } from '#core/metric-name.ts';
import { type CostLine, line } from './cost-line.ts';
import { type CostOptions, SIMULATED_SKILL_BYTES } from './cost-options.ts';
import { renewedShare } from './renewals.ts';
import { searchLines } from './search-month.ts';
import type { StackFacts } from './stack-facts.ts';
import { ticketLines } from './ticket-month.ts';

/** What a month's bill is reckoned from. */
export type MonthInput = {
  readonly options: CostOptions;
  readonly measured: MeasuredSyncs;
  readonly stack: StackFacts;
};

const DAYS = 30;
const HOURS = DAYS * 24;
const GB = 1_073_741_824;

/** Write units of the indexes, by the table in docs/data-model.md; dynalite does not count them. */
const INDEX_WRITES = { changed: 1, renewed: 1 };
/** An entry of `digests` and one of `catalogue`, with the 100 bytes that an index adds to each. */
const INDEX_BYTES_PER_SKILL = 215 + 450;
/** What our attributes add to a skill's JSON. */
const ITEM_OVERHEAD_BYTES = 400;

/** Megabytes at which a function has one vCPU. */
const MB_PER_CPU = 1_769;
/** Pages that are fetched side by side, and requests that the marketplace allows in a minute. */
const PAGES_AT_ONCE = 4;
const PAGES_A_MINUTE = 100;
/** Loading the code and the first connections: a function that is started each 15 minutes is cold each time. */
const COLD_START_SECONDS = 0.5;

// What nothing here measures, taken generously.
const REQUEST_SECONDS = 0.05;
/** Half of them one skill (1 unit), half a list of 50 (27.5): docs/data-model.md. */
const READS_PER_REQUEST = 14.25;
const WRITES_PER_RATING = 10;
const RATINGS_PER_BATCH = 5;
const SECONDS_PER_BATCH = 2;
const SECONDS_PER_DAILY_CLEANUP = 10;
const SECONDS_PER_RATING_SYNC = 1;
const RATING_SYNCS = (DAYS * 24 * 60) / 30;
/** Lambda keeps five long polls of 20 seconds open at a queue that is empty. */
const IDLE_POLLS = (5 * HOURS * 3_600) / 20;
const REQUESTS_PER_MESSAGE = 3;
const LOG_BYTES_PER_RUN = 4_000;
const LOG_BYTES_PER_REQUEST = 1_500;
const FEED_LOG_BYTES = HOURS * 60 * 1_000;
/** A lease that is renewed each 10 seconds, and orders that are read each 5. */
const FEED_WRITES = (HOURS * 3_600) / 10;
const FEED_READS = (HOURS * 3_600) / 5;
/** As in the stack: 0.25 vCPU, 0.5 GB. */
const FEED = { cpus: 0.25, memoryGb: 0.5 };
/** The run metrics come once for each of three jobs; those of the tickets are counted with them. */
const SERIES =
  Object.keys(MetricName).filter((name) => !/^(ticket|issue|incident)/.test(name)).length + 2 * 7;
const MAX_DEFAULT_MEMORY_MB = 512;

/** What a month of 30 days costs, line by line. */
export function monthOf(input: MonthInput): CostLine[] {
  const { options, stack } = input;
  return [
    ...tableLines(input),
    ...searchLines(options, writtenPerSync(options), syncsOf(options)),
    ...functionLines(input),
    ...serviceLines(input),
    ...feedLines(input),
    ...ticketLines(options.tickets, stack.memoryMb),
  ];
}

function tableLines(input: MonthInput): CostLine[] {
  const { options, measured } = input;
  const { skills, ratings, requests, feed } = options;
  const syncs = syncsOf(options);
  const { quiet } = measured;
  const size = sizeFactor(options.skillBytes);
  const perChange = ((measured.changed.writes - quiet.writes) / measured.changed.skills) * size;
  const perRenewal = ((measured.renewing.writes - quiet.writes) / measured.renewing.skills) * size;
  const changes = skills * options.changedShare;
  const renewals = renewalsOf(options);
  const others = ratings * WRITES_PER_RATING + (feed ? FEED_WRITES : 0);
  const reads = requests * READS_PER_REQUEST + (feed ? FEED_READS : 0);
  const bytes = measured.tableBytes * (options.skillBytes / SIMULATED_SKILL_BYTES);
  const changed = changes * (perChange + INDEX_WRITES.changed);
  const renewed = renewals * (perRenewal + INDEX_WRITES.renewed);
  const all = skills * (perRenewal + INDEX_WRITES.renewed);
  return [
    line('DynamoDB: writes of changed skills', 'dynamoDbWrite', changed * syncs, all * syncs),
    line('DynamoDB: writes of renewed skills', 'dynamoDbWrite', renewed * syncs, 0),
    line('DynamoDB: writes of run records and leases', 'dynamoDbWrite', quiet.writes * syncs),
    line('DynamoDB: writes of ratings and the feed', 'dynamoDbWrite', others),
    line('DynamoDB: reads of the syncs', 'dynamoDbRead', quiet.reads * syncs, 0),
    line('DynamoDB: reads of the API and the feed', 'dynamoDbRead', reads),
    line('DynamoDB: storage with indexes', 'dynamoDbStorage', (bytes + skills * INDEX_BYTES_PER_SKILL) / GB),
    line('DynamoDB: point-in-time recovery', 'dynamoDbRecovery', bytes / GB),
  ];
}

function functionLines({ options, measured, stack }: MonthInput): CostLine[] {
  const { ratings, requests } = options;
  const syncs = syncsOf(options);
  const batches = Math.ceil(ratings / RATINGS_PER_BATCH);
  const memoryGb = (name: string) => (stack.memoryMb[name] ?? MAX_DEFAULT_MEMORY_MB) / 1_024;
  const syncMb = memoryGb('skill-sync') * 1_024;
  const perSync = (cpuMs: number) => (secondsOf(options, cpuMs, syncMb) * syncMb) / 1_024;
  const changeMs = Math.max(measured.changed.cpuMs, measured.quiet.cpuMs);
  const small =
    DAYS * SECONDS_PER_DAILY_CLEANUP * memoryGb('cache-cleanup') +
    RATING_SYNCS * (SECONDS_PER_RATING_SYNC + COLD_START_SECONDS) * memoryGb('rating-sync') +
    batches * SECONDS_PER_BATCH * memoryGb('rating-upload');
  const invocations = syncs + DAYS + RATING_SYNCS + batches + requests;
  return [
    line('Lambda: requests', 'lambdaRequest', invocations),
    line(
      'Lambda: skill-sync',
      'lambdaGbSecond',
      syncs * perSync(changeMs),
      syncs * perSync(measured.first.cpuMs),
    ),
    line('Lambda: admin-api', 'lambdaGbSecond', requests * REQUEST_SECONDS * memoryGb('admin-api')),
    line('Lambda: the other functions', 'lambdaGbSecond', small),
    line('EventBridge Scheduler', 'schedulerInvocation', syncs + DAYS + RATING_SYNCS),
    line('API Gateway', 'httpApiRequest', requests),
    line('X-Ray, each request traced', 'xrayTrace', invocations),
  ];
}

function serviceLines({ options, stack }: MonthInput): CostLine[] {
  const syncs = syncsOf(options);
  const messages = options.ratings * REQUESTS_PER_MESSAGE + stack.polledQueues * IDLE_POLLS;
  const logBytes =
    (syncs + RATING_SYNCS + DAYS) * LOG_BYTES_PER_RUN +
    options.requests * LOG_BYTES_PER_REQUEST +
    (options.feed ? FEED_LOG_BYTES : 0);
  return [
    line('SQS', 'sqsRequest', messages),
    line('Secrets Manager: secrets', 'secret', stack.secrets),
    line('Secrets Manager: calls', 'secretRequest', syncs + RATING_SYNCS + HOURS * 12),
    line('KMS: keys', 'kmsKey', stack.kmsKeys),
    line('CloudWatch: custom metrics, at most', 'customMetric', SERIES),
    line('CloudWatch: alarms', 'alarmMetric', stack.alarmMetrics),
    line('CloudWatch: composite alarms', 'compositeAlarm', stack.compositeAlarms),
    line('CloudWatch: dashboards', 'dashboard', stack.dashboards),
    line('CloudWatch: logs taken in', 'logIngestion', logBytes / GB),
    line('CloudWatch: logs kept', 'logStorage', logBytes / GB),
    line('Cognito', 'cognitoPlusUser', stack.userPools * options.operators),
  ];
}

function feedLines({ options }: MonthInput): CostLine[] {
  if (!options.feed) return [];
  return [
    line('Fargate: vCPU of the feed', 'fargateVcpuHour', FEED.cpus * HOURS),
    line('Fargate: memory of the feed', 'fargateGbHour', FEED.memoryGb * HOURS),
    line('Public IPv4 address of the feed', 'publicIpv4Hour', HOURS),
  ];
}

/** Skills that a sync renews. */
function renewalsOf({ skills, changedShare, ttlHours, intervalMinutes }: CostOptions): number {
  const lifetime = { ttlMs: ttlHours * 3_600_000, intervalMs: intervalMinutes * 60_000 };
  return skills * renewedShare(changedShare, lifetime);
}

/** Skills that a sync changes or renews. */
function writtenPerSync(options: CostOptions): number {
  return options.skills * options.changedShare + renewalsOf(options);
}

/** Syncs in a month. */
function syncsOf({ intervalMinutes }: CostOptions): number {
  return (HOURS * 60) / intervalMinutes;
}

/** How much dearer a skill of that size is than the simulator's: units are whole kilobytes. */
function sizeFactor(skillBytes: number): number {
  const units = (bytes: number) => Math.ceil((bytes + ITEM_OVERHEAD_BYTES) / 1_024);
  return units(skillBytes) / units(SIMULATED_SKILL_BYTES);
}

/** How long the function runs: it has only a part of the processor that was measured, and waits for pages. */
function secondsOf(options: CostOptions, cpuMs: number, memoryMb: number): number {
  const pages = Math.ceil(options.skills / options.pageSize) + 1;
  const waiting = (Math.ceil(pages / PAGES_AT_ONCE) * options.latencyMs) / 1_000;
  const heldBack = Math.floor(pages / (PAGES_A_MINUTE + 1)) * 60;
  const computing = cpuMs / 1_000 / Math.min(1, memoryMb / MB_PER_CPU);
  return COLD_START_SECONDS + computing + Math.max(waiting, heldBack);
}
