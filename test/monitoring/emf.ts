import { vi } from 'vitest';
import type { MetricKey } from './alarms.ts';

/** One value as CloudWatch takes it out of a log line. */
export type Datum = MetricKey & { readonly value: number; readonly unit: string; readonly at: number };

/**
 * What a call writes to the standard output in CloudWatch's embedded metric format, read as CloudWatch reads it: a
 * value for each metric and each of its sets of dimensions.
 */
export async function captureMetrics(act: () => unknown): Promise<Datum[]> {
  let written = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += chunk;
    return true;
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return written
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => readLine(JSON.parse(line)));
}

type EmfLine = {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
};

function readLine(line: EmfLine): Datum[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, Unit }) =>
        [line[Name]].flat().map((value) => ({
          namespace: Namespace,
          name: Name,
          unit: Unit,
          dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
          value: value as number,
          at: line._aws.Timestamp,
        })),
      ),
    ),
  );
}
