import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import { parseSettings } from '#lib/settings/settings.ts';
import { synthesize, type Template } from '#lib/synthesize.ts';

/** What is paid for by the month or by the hour, and how large the functions are: read from the template. */
export type StackFacts = {
  /** Megabytes, by the function's name in `functions/`. */
  readonly memoryMb: Readonly<Record<string, number>>;
  readonly secrets: number;
  /** Keys of our own; those that AWS manages cost nothing by the month. */
  readonly kmsKeys: number;
  /** Metrics that alarms look at: an alarm over an expression pays for each. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Lambda asks these queues for messages all the time. */
  readonly polledQueues: number;
  readonly userPools: number;
  /** Keys that are rotated each year. */
  readonly rotatedKeys: number;
  /** Functions, by their names in `functions/`, that ask for a trace of each invocation. */
  readonly traced: ReadonlySet<string>;
  /** Flow logs of networks. */
  readonly flowLogs: number;
  /** The task of the real-time feed; undefined where there is none. */
  readonly feedTask?: FeedTask;
};

/** What a Fargate task is billed by. */
type FeedTask = {
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly isArm: boolean;
  readonly isSpot: boolean;
  readonly hasPublicIp: boolean;
};

type Properties = Readonly<Record<string, unknown>>;

/** What of the stack is there by choice. */
export type StackChoice = {
  readonly feed: boolean;
  /** @default true */
  readonly spot?: boolean;
  /** @default false */
  readonly dashboard?: boolean;
  /** @default false */
  readonly tickets?: boolean;
};

/** Synthesizes the stack with default settings but for the choice, and counts. */
export function readStackFacts(choice: StackChoice): StackFacts {
  const { feed, spot = true, dashboard = false, tickets = false } = choice;
  const outdir = mkdtempSync(join(tmpdir(), 'atom-sync-cost-'));
  try {
    const settings = parseSettings({
      ATOM_SAAS_WS_ENABLED: String(feed),
      ATOM_SYNC_FEED_SPOT: String(spot),
      ATOM_SYNC_DASHBOARD: String(dashboard),
      ...(tickets && { ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: 'https://hooks.example.com/atom' }),
    });
    const codeFor = () => Code.fromInline('exports.handler = () => {}');
    return factsOf(synthesize(settings, { outdir, codeFor }).template);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The facts of installations with default settings whose monitoring the documents compare. */
export function readMonitoredStacks() {
  return {
    withFeed: readStackFacts({ feed: true }),
    withoutFeed: readStackFacts({ feed: false }),
    withTickets: readStackFacts({ feed: true, tickets: true }),
  };
}

/** The facts of one template. */
export function factsOf({ Resources }: Template): StackFacts {
  const all = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const functions = all('AWS::Lambda::Function').flatMap(({ Metadata, Properties = {} }) => {
    const name = Metadata?.[FUNCTION_METADATA_KEY];
    return typeof name === 'string' ? [{ name, Properties }] : [];
  });
  const keys = all('AWS::KMS::Key');
  return {
    memoryMb: Object.fromEntries(
      functions.map(({ name, Properties }) => [name, Number(Properties.MemorySize ?? 128)]),
    ),
    secrets: all('AWS::SecretsManager::Secret').length,
    kmsKeys: keys.length,
    rotatedKeys: keys.filter(({ Properties }) => Properties?.EnableKeyRotation === true).length,
    alarmMetrics: all('AWS::CloudWatch::Alarm').reduce((sum, one) => sum + metricsOf(one.Properties), 0),
    compositeAlarms: all('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    polledQueues: all('AWS::Lambda::EventSourceMapping').filter(isEnabled).length,
    userPools: all('AWS::Cognito::UserPool').length,
    flowLogs: all('AWS::EC2::FlowLog').length,
    traced: new Set(functions.filter(isTraced).map(({ name }) => name)),
    feedTask: feedTaskOf(all('AWS::ECS::TaskDefinition')[0], all('AWS::ECS::Service')[0]),
  };
}

type Resource = { readonly Properties?: Properties };

const taskShape = z.object({
  Cpu: z.coerce.number(),
  Memory: z.coerce.number(),
  RuntimePlatform: z.object({ CpuArchitecture: z.string().default('X86_64') }).default({
    CpuArchitecture: 'X86_64',
  }),
});
const serviceShape = z.object({
  CapacityProviderStrategy: z.array(z.object({ CapacityProvider: z.string() })).default([]),
  NetworkConfiguration: z.object({ AwsvpcConfiguration: z.object({ AssignPublicIp: z.string() }) }),
});

function feedTaskOf(task: Resource | undefined, service: Resource | undefined): FeedTask | undefined {
  if (task === undefined || service === undefined) return undefined;
  const { Cpu, Memory, RuntimePlatform } = taskShape.parse(task.Properties);
  const { CapacityProviderStrategy, NetworkConfiguration } = serviceShape.parse(service.Properties);
  return {
    vcpu: Cpu / 1_024,
    memoryGb: Memory / 1_024,
    isArm: RuntimePlatform.CpuArchitecture === 'ARM64',
    isSpot: CapacityProviderStrategy.some(({ CapacityProvider }) => CapacityProvider === 'FARGATE_SPOT'),
    hasPublicIp: NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp === 'ENABLED',
  };
}

function isTraced({ Properties }: { readonly Properties: Properties }): boolean {
  return (Properties.TracingConfig as Properties | undefined)?.Mode === 'Active';
}

function metricsOf(alarm: Properties = {}): number {
  const metrics = Array.isArray(alarm.Metrics) ? alarm.Metrics : [{ MetricStat: {} }];
  return metrics.filter((metric: Properties) => metric.MetricStat !== undefined).length;
}

function isEnabled({ Properties }: Resource): boolean {
  return Properties?.Enabled !== false;
}
