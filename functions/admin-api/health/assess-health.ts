import type { JobState } from '#core/runs/job-store.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';

const MINUTE_MS = 60_000;
/** A sync that succeeded within this is recent enough, however short the interval. */
const ALWAYS_FRESH_MINUTES = 30;

/** The state of the real-time feed; undefined where there is none in this deployment. */
export type FeedHealth = { readonly connected: boolean; readonly lastMessageAt: number | undefined };

export type Health = {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly lastSuccessAt: number | undefined;
  /** Undefined where none has succeeded, or its time can't be. */
  readonly minutesSince: number | undefined;
  /** Why it is not healthy. */
  readonly reason: string | undefined;
};

/**
 * Assesses the sync by the contract: unhealthy when the last successful sync is older than two intervals or 30 minutes,
 * whichever is more, or when the last run failed; a lost socket alone is degraded. A feed that this
 * deployment does not have, or that is switched off, is not lost. A success in the future says nothing about how old
 * the cache is: some clock was wrong, and what it wrote would look fresh until its time has come.
 */
export function assessHealth(
  state: JobState,
  settingMinutes: number,
  feed: FeedHealth | undefined,
  nowMs: number,
): Health {
  const { lastSuccessAt, lastStatus, override } = state;
  const limit = Math.max(2 * (override?.intervalMinutes ?? settingMinutes), ALWAYS_FRESH_MINUTES);
  const age = lastSuccessAt === undefined ? undefined : Math.max(0, nowMs - lastSuccessAt) / MINUTE_MS;
  if (lastSuccessAt !== undefined && isFromWrongClock(lastSuccessAt, nowMs, 0)) {
    const reason = `The last success lies in the future (${isoFromMs(lastSuccessAt)}): a clock was wrong, or this one is. The next skill sync that succeeds puts it right.`;
    return { lastSuccessAt, minutesSince: undefined, status: 'unhealthy', reason };
  }
  const facts = { lastSuccessAt, minutesSince: age };
  if (age === undefined) return { ...facts, status: 'unhealthy', reason: 'No skill sync has succeeded yet.' };
  if (lastStatus === 'failed') {
    return { ...facts, status: 'unhealthy', reason: 'The last skill sync failed: GET /api/admin/sync/runs.' };
  }
  if (age > limit) {
    const reason = `The last successful skill sync is older than ${limit} minutes.`;
    return { ...facts, status: 'unhealthy', reason };
  }
  if (feed?.connected === false) {
    return { ...facts, status: 'degraded', reason: 'The real-time feed is not connected.' };
  }
  return { ...facts, status: 'healthy', reason: undefined };
}
