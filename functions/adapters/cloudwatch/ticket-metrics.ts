import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { OLD_TICKET_COPY_HOURS } from '#core/alarm-thresholds.ts';
import { MetricName } from '#core/metric-name.ts';
import { publishValues } from './publish-values.ts';

/** What a sync of tickets came to in one invocation. Ages are milliseconds; undefined before the first complete sync. */
export type TicketSyncOutcome = {
  /** Whether the export was read to its end. */
  readonly complete: boolean;
  /** How old the copy is. */
  readonly cursorAgeMs: number | undefined;
  /** How old it was when the sync began. */
  readonly ageBeforeMs: number | undefined;
};

/**
 * Says that a sync was complete, and how old the copy is where it is too old or has just ceased to be: an alarm that
 * missing values leave as it is needs one to end by. Dimension: service.
 */
export function publishTicketSync(
  metrics: Metrics,
  { complete, cursorAgeMs, ageBeforeMs }: TicketSyncOutcome,
): void {
  const isTold = isOld(cursorAgeMs) || isOld(ageBeforeMs);
  const seconds = cursorAgeMs === undefined ? undefined : Math.max(0, cursorAgeMs) / 1_000;
  publishValues(metrics, [
    [MetricName.ticketsSynced, complete ? 1 : undefined],
    [MetricName.ticketCursorAge, isTold ? seconds : undefined, MetricUnit.Seconds],
  ]);
}

function isOld(ageMs = 0): boolean {
  return ageMs > OLD_TICKET_COPY_HOURS * 3_600_000;
}
