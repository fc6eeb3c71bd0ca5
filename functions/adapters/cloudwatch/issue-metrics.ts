import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** How many there are after a run that grouped tickets and tested hours. */
export type IssueGauges = {
  readonly incidentsOpen: number;
  /** Issues that are open or acknowledged; those that are emerging are not among them. */
  readonly issuesOpen: number;
};

/** Says how many incidents and issues are open, zeros included. Gauges; dimension: service. */
export function publishIssues(metrics: Metrics, { incidentsOpen, issuesOpen }: IssueGauges): void {
  metrics.addMetric(MetricName.incidentsOpen, MetricUnit.Count, incidentsOpen);
  metrics.addMetric(MetricName.issuesOpen, MetricUnit.Count, issuesOpen);
  metrics.publishStoredMetrics();
}
