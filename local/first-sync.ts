import { z } from 'zod';
import type { InvocationResult } from './lambda/lambda-runtime.ts';
import type { Terminal } from './terminal.ts';

const runSchema = z.object({
  status: z.enum(['running', 'success', 'failed', 'interrupted', 'skipped']),
  progress: z.object({ done: z.number(), total: z.number().nullable(), unit: z.string() }),
  duration_seconds: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  reason: z.string().nullable(),
  skip_reason: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
});

/** A run as `GET /api/admin/sync/runs/{run_id}` shows it. */
export type SyncRun = z.output<typeof runSchema>;

/** What the first sync is run with. */
export type FirstSyncDeps = {
  /** Invokes the function that the deployment's trigger names. */
  readonly invoke: (payload: string) => Promise<InvocationResult>;
  /** The body of `GET /api/admin/sync/runs/{run_id}`; anything else while there is no such run. */
  readonly readRun: (runId: string) => Promise<unknown>;
  readonly newRunId: () => string;
  readonly terminal: Terminal;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts the waiting (not the run) when the system stops. */
  readonly signal: AbortSignal;
};

const LABEL = 'First sync';
const POLL_MS = 200;
/** The lease of a run that was killed ends within 15 s; one that is renewed all that time belongs to somebody alive. */
const LEASE_ATTEMPTS = 8;
const LEASE_PAUSE_MS = 2500;
/**
 * A sync that gets nowhere for so long is left to itself: longer than the minute that a used up limit takes. One that
 * gets on is shown for up to the second time.
 */
const STANDSTILL_MS = 90_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Runs the sync that follows a deployment and shows it. Whatever comes of it is printed: with a marketplace that
 * can't be reached, or does not answer, the system still serves what it has.
 */
export async function runFirstSync(deps: FirstSyncDeps): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { run, failure, leftRunning } = await runOnce(deps);
    deps.terminal.endProgress();
    if (leftRunning !== undefined) {
      deps.terminal.line(leftRunning);
      return;
    }
    if (deps.signal.aborted) {
      deps.terminal.line(`${LABEL}: interrupted; the next start goes on from its page.`);
      return;
    }
    const blocked = run?.status === 'skipped' && run.skip_reason === 'already_running';
    if (!blocked || attempt === LEASE_ATTEMPTS) {
      deps.terminal.line(run === undefined ? failed(failure ?? 'it left no record') : describe(run));
      return;
    }
    if (attempt === 1) {
      deps.terminal.line(
        `${LABEL}: an earlier start was killed in the middle of a sync; waiting until it counts as gone (up to 15 s).`,
      );
    }
    await deps.sleep(LEASE_PAUSE_MS);
  }
}

type Outcome = {
  readonly run?: SyncRun;
  readonly failure?: string | undefined;
  /** Nobody waits for it any longer: what is said of it. */
  readonly leftRunning?: string;
};

async function runOnce(deps: FirstSyncDeps): Promise<Outcome> {
  const limit = createWaitLimit(deps.now);
  const runId = deps.newRunId();
  let failure: string | undefined;
  let invoked = false;
  const invocation = deps.invoke(JSON.stringify({ run_id: runId })).then((result) => {
    invoked = true;
    if (result.functionError !== undefined) failure = errorMessage(result.payload);
  });
  for (;;) {
    const wasInvoked = invoked;
    const run = await readRun(deps, runId);
    if (run !== undefined && hasEnded(run)) {
      await invocation;
      return { run };
    }
    // The record was read after the function's end: what it lacks now, it will not get.
    if (wasInvoked && (failure !== undefined || run === undefined)) return { failure };
    if (deps.signal.aborted) return {};
    if (run?.status === 'running') deps.terminal.progress(LABEL, run.progress);
    const leftRunning = limit.endsAt(run);
    if (leftRunning !== undefined) {
      // Its end is in the records; a failure of the function is told by the runtime.
      invocation.catch(() => undefined);
      return { leftRunning };
    }
    await deps.sleep(POLL_MS);
  }
}

/** Says when nobody should wait for the sync any longer, and why. */
function createWaitLimit(now: () => number) {
  const startedAt = now();
  let movedAt = startedAt;
  let last = '';
  return {
    endsAt(run: SyncRun | undefined): string | undefined {
      const state = JSON.stringify([run?.progress, run?.status, run?.counts]);
      if (state !== last) movedAt = now();
      last = state;
      const isStill = now() - movedAt >= STANDSTILL_MS;
      if (!isStill && now() - startedAt < LONGEST_WAIT_MS) return undefined;
      const { done = 0, total = null, unit = 'skills' } = run?.progress ?? {};
      const far = `${done.toLocaleString('en-US')} of ${total?.toLocaleString('en-US') ?? 'an unknown number of'} ${unit}`;
      const why = isStill
        ? `no progress for ${STANDSTILL_MS / 1000} s: the marketplace does not answer, or its limit is used up`
        : `still under way after ${LONGEST_WAIT_MS / 60_000} minutes`;
      return `${LABEL}: ${why} (${far}). It goes on by itself: GET /api/admin/sync/status. The API serves what the cache holds.`;
    },
  };
}

async function readRun(deps: FirstSyncDeps, runId: string): Promise<SyncRun | undefined> {
  const body = await deps.readRun(runId).catch(() => undefined);
  return z.object({ run: runSchema }).safeParse(body).data?.run;
}

function hasEnded({ status }: SyncRun): boolean {
  return status === 'success' || status === 'failed' || status === 'skipped';
}

function describe(run: SyncRun): string {
  switch (run.status) {
    case 'failed':
      return failed(run.error?.message ?? 'no reason was recorded');
    case 'skipped':
      return `${LABEL}: skipped. ${run.reason ?? ''} The API serves what the cache holds.`;
    default:
      return `${LABEL}: ${summarize(run)}`;
  }
}

function summarize({ counts, duration_seconds: seconds }: SyncRun): string {
  const of = (name: string) => (counts[name] ?? 0).toLocaleString('en-US');
  const heldBack = counts.held_back ? ['held_back'] : [];
  const changes = ['added', 'changed', 'unchanged', 'removed', 'rejected', ...heldBack].map(
    (name) => `${of(name)} ${name.replace('_', ' ')}`,
  );
  const duration = seconds === null ? '' : ` in ${seconds.toFixed(1)} s`;
  return `${of('skills_synced')} skills and ${of('categories_synced')} categories (${changes.join(', ')})${duration}`;
}

function failed(reason: string): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${LABEL} failed: ${sentence} The API serves what the cache holds; the next try follows by schedule.`;
}

function errorMessage(payload: string): string {
  const parsed = z.object({ errorMessage: z.string() }).safeParse(JSON.parse(payload));
  return parsed.data?.errorMessage ?? 'the function failed';
}
