import type { Metrics } from '@aws-lambda-powertools/metrics';
import { daysToSoonEnd, type TokenLife } from '#core/marketplace/marketplace-token.ts';
import { MetricName } from '#core/metric-name.ts';
import { publishValues } from './publish-values.ts';

/** Says in how many days the marketplace's token ends, where that is soon. Dimension: service. */
export function publishTokenEnd(metrics: Metrics, life: TokenLife, now: number): void {
  publishValues(metrics, [[MetricName.tokenEndsIn, daysToSoonEnd(life, now)]]);
}
