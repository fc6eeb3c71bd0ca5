import { type RegularMetric, SENT_WHILE_HEALTHY } from '#lib/constructs/monitoring/custom-metrics.ts';
import { type CostLine, line } from './cost-line.ts';
import type { MonthInput } from './month-input.ts';

/** What CloudWatch costs beside the logs. */
export function monitoringLines({ options, stack }: MonthInput): CostLine[] {
  const isThere = ({ service }: RegularMetric) =>
    !service.startsWith('ticket-') && (options.feed || service !== 'realtime-feed');
  const lines = [
    line('CloudWatch: custom metrics', 'customMetric', metricMonths(isThere)),
    line('CloudWatch: alarms', 'alarmMetric', stack.alarmMetrics),
    line('CloudWatch: composite alarms', 'compositeAlarm', stack.compositeAlarms),
    line('CloudWatch: dashboards', 'dashboard', stack.dashboards),
  ];
  return lines.map((one) => ({ ...one, part: 'monitoring' }));
}

/** Metrics that are sent whatever happens, by the hours in which they are. */
export function metricMonths(isThere: (metric: RegularMetric) => boolean): number {
  return SENT_WHILE_HEALTHY.filter(isThere).reduce((sum, { hoursADay }) => sum + hoursADay / 24, 0);
}
