import pLimit from 'p-limit';
import type { ResolutionStrategy } from '#core/conflicts/conflict.ts';
import {
  type ConflictStore,
  parseConflictName,
  type ResolveOutcome,
} from '#core/conflicts/conflict-store.ts';
import { AtomSyncError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Now } from '#core/time/clock.ts';

/** Resolutions under way at once: a hundred end well within a request's time. */
const CONCURRENCY = 8;

export type ResolveDeps = {
  readonly conflicts: Pick<ConflictStore, 'resolve'>;
  readonly now: Now;
  readonly log: Log;
};

/** What is asked of one or many conflicts. */
export type AdminDecision = {
  readonly strategy: ResolutionStrategy;
  readonly by: string;
  /** What the admin has seen; undefined where they take the conflict as it is. */
  readonly revision?: string;
};

/** Why a conflict was not resolved. */
export type FailedResolution = { readonly conflict_id: string; readonly error: string };

/** Resolves one conflict, by its name. */
export async function resolveOne(
  { conflicts, now }: Omit<ResolveDeps, 'log'>,
  name: string,
  { strategy, by, revision }: AdminDecision,
): Promise<ResolveOutcome> {
  const conflict = parseConflictName(name);
  if (conflict === undefined) return { outcome: 'unknown' };
  return conflicts.resolve({ conflict, strategy, by, revision, now: now() });
}

/** Resolves many. One that can't be resolved harms no other; a name that is given twice counts once. */
export async function resolveMany(
  deps: ResolveDeps,
  names: readonly string[],
  decision: AdminDecision,
): Promise<{ readonly resolved: number; readonly failed: FailedResolution[] }> {
  const wanted = new Set(names);
  const failures = await pLimit(CONCURRENCY).map(wanted, async (conflict_id) => {
    const error = await errorOf(deps, conflict_id, decision);
    return error === undefined ? [] : [{ conflict_id, error }];
  });
  const failed = failures.flat();
  return { resolved: wanted.size - failed.length, failed };
}

/** The code of a resolution's failure; undefined where there is none. */
async function errorOf(
  deps: ResolveDeps,
  name: string,
  decision: AdminDecision,
): Promise<string | undefined> {
  try {
    const { outcome } = await resolveOne(deps, name, decision);
    return outcome === 'resolved' ? undefined : FAILURES[outcome];
  } catch (error) {
    deps.log.error('a conflict could not be resolved', { error });
    return error instanceof AtomSyncError ? error.code : 'internal_error';
  }
}

/** What a conflict that was not resolved is answered with. */
export const FAILURES: Readonly<Record<Exclude<ResolveOutcome['outcome'], 'resolved'>, string>> = {
  unknown: 'conflict_not_found',
  already_resolved: 'already_resolved',
  changed: 'conflict_changed',
};
