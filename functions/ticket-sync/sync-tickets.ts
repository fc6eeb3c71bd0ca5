import { LeaseLostError } from '#core/errors.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { RunTrigger } from '#core/runs/run.ts';
import { copyAgeMs } from '#core/tickets/copy-age.ts';
import { handOver, type Invoke } from '#core/tickets/hand-over.ts';
import { createRequestPace, type PaceState } from '#core/tickets/request-pace.ts';
import type { TicketSyncState } from '#core/tickets/sync-state.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { SubdomainChangedError } from './errors.ts';
import { readPages } from './read-pages.ts';
import { retryFailed } from './retry-failed.ts';
import { startExport } from './start-export.ts';
import { count, report, type SyncDeps, type SyncSession, writeState } from './sync-session.ts';

export type SyncTicketsDeps = SyncDeps & {
  /** Hands the run to the function that analyses. */
  readonly analyse: Invoke;
  /** Hands the run to the function that makes issues of tickets. */
  readonly assign: Invoke;
};

/** How old the copy is after a sync, and was before it, milliseconds; undefined before the first one that reached the end. */
type SyncOutcome = {
  readonly complete: boolean;
  readonly cursorAgeMs: number | undefined;
  readonly ageBeforeMs: number | undefined;
};
const NOTHING_READ: SyncOutcome = { complete: false, cursorAgeMs: undefined, ageBeforeMs: undefined };

export type TicketSync = {
  /** The work of one invocation. */
  sync(context: RunContext, parameters: TicketParameters): Promise<WorkResult>;
  /** What the last invocation came to. */
  outcome(): SyncOutcome;
};

/** A run that ended less than this ago may have called Zendesk without a word of it. */
const MINUTE_MS = 60_000;
/** So often a page may have been asked for without a word of it: once, and five times again. */
const UNTOLD_REQUESTS = 6;

/**
 * Makes the work of the ticket function: brings the copy up to what Zendesk has, and hands the run on to the analysis,
 * or, where it is a sync by hand, to where issues are made.
 *
 * A sync that finds nothing new makes one call and writes nothing: where the export is, is as it was.
 */
export function createTicketSync(deps: SyncTicketsDeps): TicketSync {
  let outcome = NOTHING_READ;
  return {
    outcome: () => outcome,
    async sync(context, parameters) {
      context.enter(TicketStage.sync);
      outcome = NOTHING_READ;
      const session = await openSession(deps, context, parameters);
      const ageBeforeMs = copyAgeMs(session.state, context.state, deps.now());
      outcome = { complete: false, cursorAgeMs: ageBeforeMs, ageBeforeMs };
      await readAll(session);
      outcome = { complete: true, cursorAgeMs: 0, ageBeforeMs };
      return handOn(deps, session, parameters);
    },
  };
}

async function openSession(
  deps: SyncDeps,
  context: RunContext,
  { backfill_days }: TicketParameters,
): Promise<SyncSession> {
  const { syncStates, subdomain, text, selection, now, sleep } = deps;
  const copied = await syncStates.account();
  if (copied !== undefined && copied !== subdomain) throw new SubdomainChangedError(copied, subdomain);
  const [stored, requesterKey] = await Promise.all([syncStates.read(subdomain), deps.requesterKey()]);
  const { counts, invocations } = context.begun;
  const state = startExport(stored, {
    ...deps,
    now: now(),
    backfillDays: backfill_days,
    hasPages: (counts.pages ?? 0) > 0,
    isFirst: invocations <= 1,
  });
  const before = knownRequests(state, context, now());
  const { remainingMs } = context;
  const pace = createRequestPace({ now, sleep, remainingMs, perMinute: deps.requestsPerMinute }, before);
  const rules = { text, selection, requesterKey };
  const marks = { isStored: stored !== undefined, mustWrite: state.cursor === undefined };
  const session = { deps, context, pace, rules, state, counts, ...marks };
  if (!stored) await deps.zendesk.checkConnection(context.signal);
  return session;
}

/**
 * When Zendesk was called lately. A run that found nothing new has not written that it called; where one ended within
 * the last minute, its call is counted at its end, which is later than it was. One that failed, or whose process died,
 * may have tried a page several times.
 */
function knownRequests(
  state: TicketSyncState,
  { state: job, isAfterCrash }: RunContext,
  now: number,
): PaceState {
  const { requestTimes, pausedUntil } = state;
  const { lastStatus, sourceReadAt } = job;
  // A sync that has handed its run on has not ended it, and the job's state knows when its export was read.
  const lastRunAt = latest(job.lastRunAt, sourceReadAt);
  const isUnwritten =
    lastRunAt !== undefined &&
    now - lastRunAt < MINUTE_MS &&
    !requestTimes.some((at) => at >= lastRunAt - MINUTE_MS);
  const untold =
    isAfterCrash || (isUnwritten && lastStatus === 'failed') ? UNTOLD_REQUESTS : Number(isUnwritten);
  const at = isAfterCrash ? now : (lastRunAt ?? now);
  return { requestTimes: [...requestTimes, ...Array.from({ length: untold }, () => at)], pausedUntil };
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

/** However it ends, the next invocation learns when Zendesk was called, and how long it wants to be left alone. */
async function readAll(session: SyncSession): Promise<void> {
  try {
    if (session.context.begun.invocations <= 1) await retryFailed(session);
    await readPages(session);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) await keepPace(session);
    throw error;
  }
}

async function keepPace(session: SyncSession): Promise<void> {
  const { context, deps, pace } = session;
  const isPaused = pace.state().pausedUntil !== undefined;
  // An account that has given nothing yet is not tied to the copy by what went wrong.
  if (!session.isStored && !isPaused) return;
  await writeState(session, {}).catch((fault: unknown) => {
    deps.log.warn('when Zendesk was called last could not be written', { error: fault });
  });
  // The invocation that follows has so much less to wait for.
  if (pace.hasWaited()) context.advanced();
}

/** A sync by hand analyses nothing: what came in is given to issues as it is. Any other run is analysed first. */
async function handOn(
  { tickets, analyse, assign }: SyncTicketsDeps,
  session: SyncSession,
  parameters: TicketParameters,
): Promise<WorkResult> {
  const { context, deps } = session;
  const sourceReadAt = deps.now();
  if (parameters.task === TicketTask.sync && context.begun.trigger === RunTrigger.manual) {
    const { pending } = await tickets.counts();
    count(session, { pending });
    const reason = 'The tickets are in; the issues are next.';
    const next = { stage: TicketStage.assign, reason, invoke: assign };
    return { sourceReadAt, ...handOver(context, parameters, next) };
  }
  report(session);
  const reason = 'The tickets are in; their analysis is next.';
  const next = { stage: TicketStage.analyse, reason, invoke: analyse };
  return { sourceReadAt, ...handOver(context, parameters, next) };
}
