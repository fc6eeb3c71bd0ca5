import { expect, vi } from 'vitest';
import { metricAlarms } from './alarms.ts';
import { type AlarmStateName, stateOf } from './cloudwatch.ts';
import { captureMetrics, type Datum } from './emf.ts';
import { WITH_TICKETS, watchedStack } from './watched-stack.ts';

/** Milliseconds. */
export const MINUTE = 60_000;

export const { template } = watchedStack(WITH_TICKETS);
/** The alarms of the stack, by name. */
export const alarms = metricAlarms(template);
/** Alarms that were in alarm in this file of tests. */
export const provoked = new Set<string>();

/** The alarm's state on the data at a time; that it was in alarm is remembered. */
export function state(name: string, data: readonly Datum[], at: number): AlarmStateName {
  const alarm = alarms.get(name)!;
  const now = stateOf(alarm, data, at);
  // No alarm may depend on what CloudWatch makes of a metric that has no value at all.
  expect(stateOf(alarm, data, at, { fillsEmpty: false }), `${name} without filling`).toBe(now);
  if (now === 'ALARM') provoked.add(name);
  return now;
}

/** CloudWatch's time is the clock's: a log line is written when its run ends. */
export async function sent(at: number, act: () => unknown): Promise<Datum[]> {
  vi.setSystemTime(at);
  return captureMetrics(act);
}
