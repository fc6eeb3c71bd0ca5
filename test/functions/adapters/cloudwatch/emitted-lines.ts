import { Metrics } from '@aws-lambda-powertools/metrics';
import { onTestFinished, vi } from 'vitest';

type Line = Readonly<Record<string, unknown>>;

/** Metrics of a service, and the lines of the embedded metric format that they write during this test. */
export function createEmitter(serviceName: string) {
  const metrics = new Metrics({ serviceName, namespace: 'AtomSync/atom-sync' });
  const lines: Line[] = [];
  // Powertools has a console of its own on standard output, where the log driver listens.
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)));
    return true;
  });
  onTestFinished(() => write.mockRestore());
  return { metrics, lines };
}

/** The dimensions of a line, and its metrics by name. */
export function readLine(line: Line | undefined) {
  const { CloudWatchMetrics: [directive] = [] } = (line?._aws ?? {}) as {
    CloudWatchMetrics?: { Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  const values = (directive?.Metrics ?? []).map(({ Name }) => [Name, line?.[Name]]);
  return { dimensions: directive?.Dimensions[0], values: Object.fromEntries(values) };
}
