import { RateLimitedError, StoppedError } from '#core/errors.ts';
import { pauseInForce } from '#core/marketplace/request-window.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import type { JobState } from './job-store.ts';
import { isStoppedSince } from './lease.ts';
import { type Run, RunTrigger, type SkipCause, SkipReason } from './run.ts';

/** A marketplace's wish to be left alone is waited for up to this; a longer one skips the run. */
const MAX_PATIENCE_MS = 30_000;

type ObstacleDeps = {
  readonly now: Now;
  readonly sleep: Sleep;
  readonly pausedUntil?: () => Promise<number>;
};

type ObstacleRequest = {
  readonly enabled: boolean;
  readonly disabledReason?: string;
  readonly trigger: RunTrigger;
  readonly startBy?: number;
};

/** Why a run does not start, or not go on. `error` is what a run fails with that was under way. */
export type Obstacle = SkipCause & { readonly error?: Error };

/** What stands against a run by the settings, an admin's stop, the clock or the marketplace; undefined where nothing does. */
export async function findObstacle(
  deps: ObstacleDeps,
  { enabled, disabledReason = 'ATOM_SAAS_ENABLED is false.', trigger, startBy }: ObstacleRequest,
  { override, notBefore }: JobState,
  existing: Run | undefined,
): Promise<Obstacle | undefined> {
  const byHand = trigger === RunTrigger.manual;
  if (!enabled) return stopped(SkipReason.disabled, disabledReason);
  if (existing ? isStoppedSince(override, existing.stops) : override?.enabled === false && !byHand) {
    return stopped(SkipReason.stopped, 'An admin stopped this job; only manual runs start.');
  }
  if (byHand) return undefined;
  const now = deps.now();
  if (startBy !== undefined && now > startBy && !existing) return misfired(startBy);
  const until = Math.max(pauseInForce(notBefore, now), (await deps.pausedUntil?.()) ?? 0);
  const patience = until - now;
  if (patience <= 0) return undefined;
  if (patience <= MAX_PATIENCE_MS) {
    await deps.sleep(patience);
    return undefined;
  }
  const reason = `The marketplace asked not to be called before ${new Date(until).toISOString()}.`;
  return { skipReason: SkipReason.rateLimited, reason, error: new RateLimitedError(reason, patience) };
}

function stopped(skipReason: SkipReason, reason: string): Obstacle {
  return { skipReason, reason, error: new StoppedError(reason) };
}

function misfired(startBy: number): Obstacle {
  const reason = `It should have begun before ${new Date(startBy).toISOString()}; the next one does its work.`;
  return { skipReason: SkipReason.misfired, reason };
}
