/**
 * List prices of us-east-1 in US dollars, free allowances left out. They are for estimates; the bill is what counts.
 * `checked` says against what a price was compared in 2026; a price without it is from memory.
 */
export interface Price {
  readonly usd: number;
  /** What the price buys, such as `million write units`. */
  readonly per: string;
  readonly checked?: string;
}

const DYNAMODB = 'a survey of DynamoDB prices since 2024-11, second hand';
const FARGATE = 'vantage.sh/blog/fargate-pricing, Linux/ARM';
const CLOUDWATCH = 'factualminds.com, CloudWatch pricing, 2026-06';

export const PRICES = {
  dynamodbWrites: { usd: 0.625, per: 'million write units', checked: DYNAMODB },
  dynamodbReads: { usd: 0.125, per: 'million read units', checked: DYNAMODB },
  dynamodbStorage: { usd: 0.25, per: 'GB a month' },
  dynamodbBackups: { usd: 0.2, per: 'GB a month of point-in-time recovery' },
  lambdaRequests: { usd: 0.2, per: 'million requests', checked: 'published list, second hand' },
  lambdaCompute: { usd: 0.0000133334, per: 'GB second on arm64', checked: 'published list, second hand' },
  scheduler: { usd: 1, per: 'million invocations', checked: 'cloudburn.io, EventBridge pricing, 2026-03' },
  sqs: { usd: 0.4, per: 'million requests', checked: 'cloudburn.io, SQS pricing, 2026-03' },
  apiGateway: { usd: 1, per: 'million requests to an HTTP API', checked: 'appropri8, 2025-12' },
  secret: { usd: 0.4, per: 'secret a month' },
  secretCalls: { usd: 0.05, per: '10,000 calls' },
  alarm: { usd: 0.1, per: 'alarm metric a month', checked: CLOUDWATCH },
  compositeAlarm: { usd: 0.5, per: 'composite alarm a month' },
  customMetric: { usd: 0.3, per: 'metric a month', checked: 'signoz.io/guides/cloudwatch-pricing, 2026-02' },
  dashboard: { usd: 3, per: 'dashboard a month', checked: CLOUDWATCH },
  logIngestion: { usd: 0.5, per: 'GB', checked: CLOUDWATCH },
  logStorage: { usd: 0.03, per: 'GB a month' },
  traces: { usd: 5, per: 'million X-Ray traces' },
  fargateCpu: { usd: 0.03238, per: 'vCPU hour on arm64', checked: FARGATE },
  fargateMemory: { usd: 0.00356, per: 'GB hour on arm64', checked: FARGATE },
  publicIpv4: { usd: 0.005, per: 'address and hour' },
  cognitoUser: { usd: 0.02, per: 'active user a month in the Plus plan' },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
