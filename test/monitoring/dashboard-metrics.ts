import type { Template } from 'aws-cdk-lib/assertions';
import type { MetricKey } from './alarms.ts';

export type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly query?: string;
    readonly view?: string;
  };
};

/** The dashboard's widgets; what is known only once it is deployed reads `${…}`. */
export function widgetsOf(template: Template): Widget[] {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const parts: readonly unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : `\${${nameOf(part)}}`)).join('');
  return JSON.parse(text).widgets;
}

function nameOf(reference: unknown): string {
  return Object.values(reference as Record<string, unknown>)
    .flat()
    .join('.');
}

/** Each metric that a widget draws or calculates with. */
export function metricsIn(widgets: readonly Widget[]): MetricKey[] {
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter((line) => typeof line[0] === 'string')
    .map((line) => {
      const [namespace, name, ...rest] = line as string[];
      const dimensions = rest.filter((one) => typeof one === 'string');
      return {
        namespace: namespace!,
        name: name!,
        dimensions: Object.fromEntries(
          dimensions.flatMap((one, index) => (index % 2 === 0 ? [[one, dimensions[index + 1]]] : [])),
        ),
      };
    });
}

/** The expressions that a widget draws. */
export function expressionsIn(widgets: readonly Widget[]): { label: string; expression: string }[] {
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .flatMap((line) =>
      typeof line[0] === 'object' ? [line[0] as { label: string; expression: string }] : [],
    )
    .filter(({ expression }) => expression !== undefined);
}
