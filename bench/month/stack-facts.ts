import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
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
};

type Properties = Readonly<Record<string, unknown>>;

/** What of the stack is there by choice. */
export type StackChoice = { readonly feed: boolean; readonly tickets?: boolean };

/** Synthesizes the stack with default settings, with or without the feed and the support tickets, and counts. */
export function readStackFacts({ feed, tickets = false }: StackChoice): StackFacts {
  const outdir = mkdtempSync(join(tmpdir(), 'atom-sync-cost-'));
  try {
    const settings = parseSettings({
      ATOM_SAAS_WS_ENABLED: String(feed),
      ...(tickets && { ZENDESK_SUBDOMAIN: 'acme' }),
    });
    const codeFor = () => Code.fromInline('exports.handler = () => {}');
    return factsOf(synthesize(settings, { outdir, codeFor }).template);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The facts of one template. */
export function factsOf(template: Template): StackFacts {
  const all = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
  const functions = all('AWS::Lambda::Function').flatMap(({ Metadata, Properties }) => {
    const name = Metadata?.[FUNCTION_METADATA_KEY];
    return typeof name === 'string' ? [[name, Number(Properties?.MemorySize ?? 128)] as const] : [];
  });
  return {
    memoryMb: Object.fromEntries(functions),
    secrets: all('AWS::SecretsManager::Secret').length,
    kmsKeys: all('AWS::KMS::Key').length,
    alarmMetrics: all('AWS::CloudWatch::Alarm').reduce((sum, one) => sum + metricsOf(one.Properties), 0),
    compositeAlarms: all('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    polledQueues: all('AWS::Lambda::EventSourceMapping').filter(isEnabled).length,
    userPools: all('AWS::Cognito::UserPool').length,
  };
}

function metricsOf(alarm: Properties = {}): number {
  const metrics = Array.isArray(alarm.Metrics) ? alarm.Metrics : [{ MetricStat: {} }];
  return metrics.filter((metric: Properties) => metric.MetricStat !== undefined).length;
}

function isEnabled({ Properties }: { readonly Properties?: Properties }): boolean {
  return Properties?.Enabled !== false;
}
