import type { JobState } from '#core/runs/job-store.ts';
import { type Run, RunOutcome } from '#core/runs/run.ts';
import { TICKET_JOBS, TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { activityOf, isUnderWay, RunActivity } from './run-activity.ts';

/** No run of the tickets goes on longer: what is older can't be under way. */
const LONGEST_RUN_MS = 27 * 3_600_000;
/** More than the tickets' schedules start in that time. */
const RECENT_RUNS = 200;

/** What the ticket worker does, and what it did last. */
export type WorkerView = {
  readonly state: JobState;
  /** The runs that are under way: the one that holds the lease first, then those that wait, the newest first. */
  readonly underWay: readonly WorkerRun[];
  /** The newest run that is over: it ended, or was lost. */
  readonly last: WorkerRun | undefined;
};

export type WorkerRun = { readonly run: Run; readonly activity: RunActivity };

type WorkerServices = Pick<Services, 'jobs' | 'runs' | 'now'>;

/** Reads what the worker does: its lease, and the runs that can be under way; one more read where there are none. */
export async function readWorker({ jobs, runs, now }: WorkerServices): Promise<WorkerView> {
  const nowMs = now();
  const since = nowMs - LONGEST_RUN_MS;
  const [state, recent] = await Promise.all([
    jobs.state(TICKET_WORKER),
    runs.list({ job: TICKET_JOBS, since }, RECENT_RUNS, undefined, nowMs),
  ]);
  const all = recent.items.map((run) => ({ run, activity: activityOf(run, state, nowMs) }));
  const isLive = ({ activity }: WorkerRun) => activity === RunActivity.live;
  const waiting = all.filter((one) => isUnderWay(one.activity) && !isLive(one));
  const underWay = [...all.filter(isLive), ...waiting];
  const last = all.find(({ run, activity }) => !isUnderWay(activity) && isOver(run));
  return { state, underWay, last: last ?? (await readOlder({ jobs, runs, now }, nowMs)) };
}

/** The newest run that ended before the recent ones. */
async function readOlder({ runs }: WorkerServices, nowMs: number): Promise<WorkerView['last']> {
  const ended = [RunOutcome.completed, RunOutcome.failed, RunOutcome.cancelled];
  const { items } = await runs.list({ job: TICKET_JOBS, outcome: ended }, 1, undefined, nowMs);
  return items[0] && { run: items[0], activity: RunActivity.ended };
}

/** Not of those that never started, or whose work another run took up. */
function isOver(run: Run): boolean {
  return run.status !== 'skipped' && run.status !== 'interrupted';
}
