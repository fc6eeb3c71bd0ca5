import { EMITTED } from '#lib/constructs/monitoring/custom-metrics.ts';
import { type CostLine, line } from './cost-line.ts';
import type { MonthInput } from './month-input.ts';

/** What is sent in each hour of a healthy installation: everything else is sent when there is something to tell. */
const HOURLY: Readonly<Record<string, readonly string[]>> = {
  RunDuration: ['skill-sync', 'rating-sync'],
  FeedConnected: ['realtime-feed'],
};

/** What CloudWatch costs beside the logs. */
export function monitoringLines({ options, stack }: MonthInput): CostLine[] {
  const lines = [
    line('CloudWatch: custom metrics', 'customMetric', metricMonths(options.feed)),
    line('CloudWatch: alarms', 'alarmMetric', stack.alarmMetrics),
    line('CloudWatch: composite alarms', 'compositeAlarm', stack.compositeAlarms),
    line('CloudWatch: dashboards', 'dashboard', stack.dashboards),
  ];
  return lines.map((one) => ({ ...one, part: 'monitoring' }));
}

/** A metric costs for the hours in which it is sent, by the set of its dimensions. */
function metricMonths(hasFeed: boolean): number {
  const hourly = Object.entries(EMITTED).flatMap(([name, { by }]) =>
    by.filter((service) => HOURLY[name]?.includes(service)),
  );
  return hourly.filter((service) => hasFeed || service !== 'realtime-feed').length;
}
