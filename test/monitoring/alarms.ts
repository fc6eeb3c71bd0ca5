import type { Template } from 'aws-cdk-lib/assertions';

/** A metric as CloudWatch keeps it: one for each set of dimensions. */
export type MetricKey = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
};

/** One line of an alarm's metric math. */
export type Query =
  | { readonly id: string; readonly expression: string }
  | { readonly id: string; readonly metric: MetricKey; readonly stat: string };

/** A metric alarm of a template in plain words; an alarm on a single metric is one on the expression `m`. */
export type MetricAlarm = {
  readonly name: string;
  readonly description: string;
  readonly queries: readonly Query[];
  /** The query whose values are compared. */
  readonly returned: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly missing: string;
  readonly alarmActions: readonly unknown[];
  readonly okActions: readonly unknown[];
};

type MetricJson = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
};
type QueryJson = {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: MetricJson; readonly Stat: string; readonly Period: number };
  readonly ReturnData?: boolean;
};
type AlarmJson = Partial<MetricJson> & {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Metrics?: readonly QueryJson[];
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
};

export type CompositeAlarm = {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmRule: unknown;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly ActionsSuppressor?: unknown;
  readonly ActionsSuppressorWaitPeriod?: number;
  readonly ActionsSuppressorExtensionPeriod?: number;
};

/** The metric alarms of a template by name, without the stack's. */
export function metricAlarms(template: Template): Map<string, MetricAlarm> {
  const all = properties<AlarmJson>(template, 'AWS::CloudWatch::Alarm');
  return new Map(all.map((alarm) => [bareName(alarm.AlarmName), toAlarm(alarm)]));
}

/** The composite alarms of a template by name, without the stack's. */
export function compositeAlarms(template: Template): Map<string, CompositeAlarm> {
  const all = properties<CompositeAlarm>(template, 'AWS::CloudWatch::CompositeAlarm');
  return new Map(all.map((alarm) => [bareName(alarm.AlarmName), alarm]));
}

function properties<T>(template: Template, type: string): T[] {
  return Object.values(template.findResources(type)).map((resource) => resource.Properties as T);
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

/** The heading in the runbook: conditions belong to their alarm, and a second one of ten to the first. */
export function headingOf(alarm: string): string {
  return alarm.replace(/(2|Condition)$/, '');
}

function toAlarm(alarm: AlarmJson): MetricAlarm {
  const { Metrics = [] } = alarm;
  return {
    name: alarm.AlarmName,
    description: alarm.AlarmDescription,
    queries: alarm.Metrics === undefined ? [single(alarm)] : Metrics.map(toQuery),
    returned: Metrics.find((one) => one.ReturnData !== false)?.Id ?? 'm',
    periodSeconds: alarm.Period ?? Metrics.flatMap((one) => one.MetricStat?.Period ?? [])[0]!,
    evaluationPeriods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    missing: alarm.TreatMissingData,
    alarmActions: alarm.AlarmActions ?? [],
    okActions: alarm.OKActions ?? [],
  };
}

function single(alarm: AlarmJson): Query {
  const stat = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
  return { id: 'm', metric: toKey(alarm as MetricJson), stat };
}

function toQuery({ Id, Expression, MetricStat }: QueryJson): Query {
  if (Expression !== undefined) return { id: Id, expression: Expression };
  return { id: Id, metric: toKey(MetricStat!.Metric), stat: MetricStat!.Stat };
}

function toKey({ Namespace, MetricName, Dimensions = [] }: MetricJson): MetricKey {
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

/** The metrics that an alarm reads. */
export function metricsOf(alarm: MetricAlarm): MetricKey[] {
  return alarm.queries.flatMap((query) => ('metric' in query ? [query.metric] : []));
}

/** Equal for equal metrics, whatever the order of their dimensions. */
export function keyText({ namespace, name, dimensions }: MetricKey): string {
  const pairs = Object.entries(dimensions).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${namespace} ${name} ${pairs.toSorted().join(' ')}`;
}
