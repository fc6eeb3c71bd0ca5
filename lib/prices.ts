/** Where a price is from: `checked` were looked up, `remembered` are AWS's long-standing list prices. */
type PriceSource = 'checked' | 'remembered';

/** A list price and where it was read. */
export type Price = {
  /** US dollars for one unit. */
  readonly usd: number;
  readonly unit: string;
  readonly source: PriceSource;
};

const MILLION = 1_000_000;

/**
 * List prices in us-east-1, of November 2026, on demand, before free tiers and taxes: the one place that the
 * dashboard's cost row and the cost calculation read. AWS changes them; https://aws.amazon.com/pricing/ has today's.
 * Those of Claude are what the budget reckons with, `functions/core/tickets/analysis/prices.ts`; a test compares them.
 */
export const PRICES = {
  dynamoDbWrite: checked(0.625 / MILLION, 'write request unit'),
  dynamoDbRead: checked(0.125 / MILLION, 'read request unit'),
  dynamoDbStorage: remembered(0.25, 'GB-month'),
  dynamoDbRecovery: remembered(0.2, 'GB-month of point-in-time recovery'),

  lambdaRequest: checked(0.2 / MILLION, 'request'),
  lambdaGbSecond: checked(0.000_013_333_4, 'GB-second on arm64'),

  fargateVcpuHour: checked(0.032_38, 'vCPU-hour on arm64'),
  fargateGbHour: checked(0.003_56, 'GB-hour on arm64'),
  fargateX86VcpuHour: checked(0.040_48, 'vCPU-hour on x86_64'),
  fargateX86GbHour: checked(0.004_445, 'GB-hour on x86_64'),
  // Prices of Spot move with supply and demand, slowly: between 50 and 70 % off. These are from AWS's own list of them.
  fargateSpotVcpuHour: checked(0.010_309_69, 'vCPU-hour of Spot on arm64'),
  fargateSpotGbHour: checked(0.001_133_49, 'GB-hour of Spot on arm64'),
  fargateSpotX86VcpuHour: checked(0.012_888_71, 'vCPU-hour of Spot on x86_64'),
  fargateSpotX86GbHour: checked(0.001_415_27, 'GB-hour of Spot on x86_64'),
  publicIpv4Hour: checked(0.005, 'hour of a public IPv4 address'),
  imageStorage: remembered(0.1, 'GB-month in ECR'),

  httpApiRequest: remembered(1 / MILLION, 'request of an HTTP API'),
  schedulerInvocation: checked(1 / MILLION, 'invocation'),
  sqsRequest: checked(0.4 / MILLION, 'request'),

  logIngestion: checked(0.5, 'GB ingested'),
  logStorage: checked(0.03, 'GB-month'),
  customMetric: checked(0.3, 'metric-month, counted by the hours in which it was sent'),
  /** An alarm on metric math is billed for each metric that it reads. */
  alarmMetric: checked(0.1, 'metric-month of an alarm'),
  compositeAlarm: checked(0.5, 'alarm-month'),
  /** Three of up to 50 metrics each are free. */
  dashboard: checked(3, 'dashboard-month'),
  xrayTrace: checked(5 / MILLION, 'trace recorded'),

  secret: checked(0.4, 'secret-month'),
  secretRequest: checked(0.05 / 10_000, 'request'),
  cognitoUser: remembered(0.015, 'user active in a month, in the Essentials plan'),
  /** Beside it each token that such a client asks for. Neither has a free allowance. */
  cognitoMachine: checked(6, 'machine client-month'),
  cognitoMachineToken: checked(2.25 / 1_000, 'token of a machine client'),
  /** The first two rotations add as much again each, for as long as the key exists. */
  kmsKey: checked(1, 'key-month'),
  kmsRequest: checked(0.03 / 10_000, 'request'),

  claudeInput: checked(0.1 / MILLION, 'token of input, Claude Haiku 5.5'),
  claudeOutput: checked(0.5 / MILLION, 'token of output, Claude Haiku 5.5'),
  claudeBatchInput: checked(0.05 / MILLION, 'token of input in a batch, Claude Haiku 5.5'),
  claudeBatchOutput: checked(0.25 / MILLION, 'token of output in a batch, Claude Haiku 5.5'),
  claudeLabelInput: checked(2 / MILLION, 'token of input, Claude Sonnet 5.5'),
  claudeLabelOutput: checked(10 / MILLION, 'token of output, Claude Sonnet 5.5'),
} as const satisfies Record<string, Price>;

/** The name of a price. */
export type PriceName = keyof typeof PRICES;

/** The names of what an hour of a Fargate task costs. */
export type FargatePrices = { readonly vcpuHour: PriceName; readonly gbHour: PriceName };

/** What a task pays by, on either processor, on demand or on Spot. */
export function fargatePrices(isArm: boolean, isSpot: boolean): FargatePrices {
  if (isSpot && isArm) return { vcpuHour: 'fargateSpotVcpuHour', gbHour: 'fargateSpotGbHour' };
  if (isSpot) return { vcpuHour: 'fargateSpotX86VcpuHour', gbHour: 'fargateSpotX86GbHour' };
  if (isArm) return { vcpuHour: 'fargateVcpuHour', gbHour: 'fargateGbHour' };
  return { vcpuHour: 'fargateX86VcpuHour', gbHour: 'fargateX86GbHour' };
}

function checked(usd: number, unit: string): Price {
  return { usd, unit, source: 'checked' };
}

function remembered(usd: number, unit: string): Price {
  return { usd, unit, source: 'remembered' };
}
