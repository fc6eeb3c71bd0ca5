import { fargatePrices } from '#lib/prices.ts';
import { type CostLine, line } from './cost-line.ts';
import { DAYS, GB, HOURS, type MonthInput } from './month-input.ts';

/** Its metrics, once a minute. */
const FEED_LOG_BYTES = HOURS * 60 * 1_000;
/** What goes in and out by the task's own connections, and mostly what the internet knocks at a public address with. */
const FLOW_RECORDS = DAYS * 10_000;
const BYTES_PER_FLOW_RECORD = 130;
/** Compressed; the releases share the layers of Node. */
const BASE_IMAGE_BYTES = 85_000_000;
const RELEASE_LAYER_BYTES = 2_000_000;

/** What the feed's task costs, beside what it writes into the table; nothing where there is none. */
export function feedTaskLines({ options, stack }: MonthInput): CostLine[] {
  const { feedTask } = stack;
  if (feedTask === undefined) return [];
  const { vcpuHour, gbHour } = fargatePrices(feedTask.isArm, feedTask.isSpot);
  const kept = BASE_IMAGE_BYTES + options.releases * RELEASE_LAYER_BYTES;
  return [
    line('Fargate: vCPU of the feed', vcpuHour, feedTask.vcpu * HOURS),
    line('Fargate: memory of the feed', gbHour, feedTask.memoryGb * HOURS),
    line('Public IPv4 address of the feed', 'publicIpv4Hour', feedTask.hasPublicIp ? HOURS : 0),
    ...logLines("of the feed's task", FEED_LOG_BYTES),
    ...logLines("of the feed's network", stack.flowLogs * FLOW_RECORDS * BYTES_PER_FLOW_RECORD),
    line('ECR: images of the feed', 'imageStorage', kept / GB),
  ];
}

function logLines(whose: string, bytes: number): CostLine[] {
  return [
    line(`CloudWatch: logs ${whose} taken in`, 'logIngestion', bytes / GB),
    line(`CloudWatch: logs ${whose} kept`, 'logStorage', bytes / GB),
  ];
}
