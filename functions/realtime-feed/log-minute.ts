import type { Log } from '#core/log.ts';
import type { FeedMinute } from './count-frames.ts';

/**
 * Leaves a line of what a minute of the feed came to: dashboards draw it, at no cost while nobody looks. A minute in
 * which nothing happened leaves none.
 */
export function logMinute(log: Pick<Log, 'info'>, minute: FeedMinute): void {
  const { messages, rejected, reconnects, fallbackSeconds, latenciesMs } = minute;
  if (messages + rejected + reconnects + fallbackSeconds + latenciesMs.length === 0) return;
  log.info('feed minute', {
    messages,
    rejected,
    reconnects,
    fallback_seconds: fallbackSeconds,
    latency_ms: percentile99(latenciesMs),
  });
}

/** Of a sample that is small enough to be sorted. */
function percentile99(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1];
}
