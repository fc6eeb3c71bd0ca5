import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { type SharedLimiter, warnUnflushed } from '#adapters/marketplace/shared-limiter.ts';
import type { RunLimits, WorkResult } from '#core/runs/end-run.ts';
import { type RunContext, type RunRequest, runJob } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import { type JobId, type Run, RunTrigger } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { Invoke } from './invoke.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** What a job adds to the event that starts a run of it, by the event's own names. */
type Parameters = Readonly<Record<string, unknown>>;

export type JobHandlerOptions<P extends Parameters> = {
  readonly job: JobId | ((parameters: P) => JobId);
  readonly stores: { readonly jobs: JobStore; readonly runs: RunStore };
  /** False: every run is recorded as skipped. */
  readonly enabled: boolean;
  /** Reads the job's own part of an event. A run that goes on is given the same parameters again. */
  readonly parametersOf: (event: unknown) => P;
  readonly work: (context: RunContext, parameters: P) => Promise<WorkResult>;
  /**
   * The limiter of the job's requests to the marketplace. A pause that the marketplace asked for skips a run, but for one
   * that was started by hand: that one ends the pause.
   * @default - the job calls no marketplace
   */
  readonly limiter?: SharedLimiter;
  /**
   * Invokes the function, for a run that goes on.
   * @default - a run ends with its invocation; the next scheduled one does the rest
   */
  readonly invokeSelf?: Invoke;
  /** Publishes what is true after a run, however it ended. */
  readonly publishGauges?: () => Promise<void>;
  /** What else there is to a run of the job: the lease that it shares, its patience, why it is disabled. */
  readonly terms?: (parameters: P, asked: RunAsked) => Partial<RunRequest>;
  /** @default - an hour and 24 invocations */
  readonly limits?: RunLimits;
  /** Told of each run that this invocation ended or paused. */
  readonly onRun?: (run: Run) => Promise<void>;
};

/** How a run was asked for. `scheduledAt`: when the schedule meant it to start, in milliseconds since 1970. */
type RunAsked = { readonly trigger: RunTrigger; readonly scheduledAt?: number };

/** What the handler of a job answers. */
export type JobAnswer = { readonly run_id: string; readonly status: string };

/**
 * Makes the handler of a job: each invocation is a run, or a part of one. The outcome is the run's record, so a failed
 * run is no failed invocation.
 */
export function createJobHandler<P extends Parameters>(
  { log, clock, metrics, handle }: LambdaFunction,
  options: JobHandlerOptions<P>,
) {
  const { stores, enabled, parametersOf, work, limiter, invokeSelf, publishGauges, limits, onRun } = options;
  return handle(async (event: unknown): Promise<JobAnswer> => {
    const parameters = parametersOf(event);
    const job = typeof options.job === 'function' ? options.job(parameters) : options.job;
    const { scheduledAt, ...request } = readRunRequest(job, event, clock.now(), clock.random);
    const { trigger } = request;
    const terms = options.terms?.(parameters, { trigger, ...(scheduledAt !== undefined && { scheduledAt }) });
    const continueInNewInvocation = async (run_id: string) =>
      invokeSelf?.({ trigger, run_id, ...parameters });
    const { jobs, runs } = stores;
    let result: WorkResult = {};
    const run = await runJob(
      {
        jobs,
        runs,
        ...clock,
        log,
        continueInNewInvocation,
        ...(limits && { limits }),
        ...(limiter && { pausedUntil: limiter.pausedUntil }),
      },
      { ...request, enabled, ...terms },
      async (context) => {
        if (trigger === RunTrigger.manual) await limiter?.resume();
        result = await work(context, parameters);
        return result;
      },
    );
    await limiter?.flush().catch(warnUnflushed(log));
    publishRun(metrics, run, result);
    await publishGauges?.();
    await onRun?.(run);
    return { run_id: run.runId, status: run.status };
  });
}
