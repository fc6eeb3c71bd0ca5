import type { Template } from 'aws-cdk-lib/assertions';
import type { MetricKey } from './alarms.ts';
import type { Datum } from './emf.ts';

/** A filter of a log group, and the metric that it makes of the lines that match. */
export type MetricFilter = {
  readonly logGroup: unknown;
  readonly pattern: string;
  readonly metric: MetricKey;
  readonly value: number;
};

type FilterJson = {
  readonly LogGroupName: unknown;
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly {
    readonly MetricNamespace: string;
    readonly MetricName: string;
    readonly MetricValue: string;
    readonly DefaultValue?: number;
  }[];
};

/** The metric filters of a template. */
export function metricFilters(template: Template): MetricFilter[] {
  return Object.values(template.findResources('AWS::Logs::MetricFilter')).flatMap(({ Properties }) => {
    const { LogGroupName, FilterPattern, MetricTransformations } = Properties as FilterJson;
    return MetricTransformations.map((one) => {
      if (one.DefaultValue !== undefined)
        throw new Error('A default value is sent, and billed, all the time.');
      const metric = { namespace: one.MetricNamespace, name: one.MetricName, dimensions: {} };
      return { logGroup: LogGroupName, pattern: FilterPattern, metric, value: Number(one.MetricValue) };
    });
  });
}

/** What a filter makes of a log line at a time. */
export function filtered(filter: MetricFilter, line: object, at: number): Datum[] {
  return matches(filter.pattern, line) ? [{ ...filter.metric, value: filter.value, unit: 'None', at }] : [];
}

/**
 * Whether a line matches a pattern for JSON: `$.a.b = "text"`, joined by `&&` and `||` in parentheses.
 *
 * @throws Error for anything else
 */
function matches(pattern: string, line: object): boolean {
  const known = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (known === undefined) throw new Error(`${pattern} is no pattern for JSON.`);
  let left = known.replaceAll(/\$((?:\.\w+)+) = "([^"]*)"/g, (_, path: string, text: string) =>
    valueAt(line, path) === text ? 'T' : 'F',
  );
  for (let before = ''; before !== left; ) {
    before = left;
    left = left
      .replaceAll(/\(([TF])\)/g, '$1')
      .replaceAll(/\bT && T\b/g, 'T')
      .replaceAll(/\b[TF] && F\b|\bF && [TF]\b/g, 'F')
      .replaceAll(/\bF \|\| F\b/g, 'F')
      .replaceAll(/\bT \|\| [TF]\b|\b[TF] \|\| T\b/g, 'T');
  }
  if (left !== 'T' && left !== 'F') throw new Error(`${pattern} can't be read: ${left} is left.`);
  return left === 'T';
}

function valueAt(line: object, path: string): unknown {
  return path
    .slice(1)
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], line);
}
