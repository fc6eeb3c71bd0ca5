import type { Metrics } from '@aws-lambda-powertools/metrics';
import { TOKEN_ENDS_SOON_DAYS } from '#core/alarm-thresholds.ts';
import { MetricName } from '#core/metric-name.ts';
import { publishValues } from './publish-values.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Says in how many days the marketplace's token ends, where that is soon. Dimension: service.
 *
 * @param endsAt milliseconds since 1970; undefined where nobody knows
 */
export function publishTokenEnd(metrics: Metrics, endsAt: number | undefined, now: number): void {
  const days = endsAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, endsAt - now) / DAY_MS;
  publishValues(metrics, [[MetricName.tokenEndsIn, days < TOKEN_ENDS_SOON_DAYS ? days : undefined]]);
}
