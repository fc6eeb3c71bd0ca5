import { type RegularMetric, SENT_WHILE_HEALTHY } from '#lib/constructs/monitoring/emitted-metrics.ts';
import { type CostLine, line } from './cost-line.ts';
import type { StackFacts } from './stack-facts.ts';

/** What CloudWatch costs beside the logs, but for the metrics of support tickets. */
export function monitoringLines(stack: StackFacts): CostLine[] {
  const isThere = (metric: RegularMetric) =>
    !isOfTickets(metric) && (stack.feedTask !== undefined || metric.service !== 'realtime-feed');
  const lines = [
    line('CloudWatch: metrics that are sent every hour', 'customMetric', metricMonths(isThere)),
    line('CloudWatch: metrics of alarms', 'alarmMetric', stack.alarmMetrics),
    line('CloudWatch: composite alarms', 'compositeAlarm', stack.compositeAlarms),
    line('CloudWatch: dashboards', 'dashboard', stack.dashboards),
  ];
  return lines.map((one) => ({ ...one, part: 'monitoring' }));
}

/** The same metrics of support tickets. */
export function ticketMetricMonths(): number {
  return metricMonths(isOfTickets);
}

/** Metrics that are sent whatever happens, by the hours in which they are. */
function metricMonths(isThere: (metric: RegularMetric) => boolean): number {
  return SENT_WHILE_HEALTHY.filter(isThere).reduce((sum, { hoursADay }) => sum + hoursADay / 24, 0);
}

function isOfTickets({ service }: RegularMetric): boolean {
  return service.startsWith('ticket-');
}
