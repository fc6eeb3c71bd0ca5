import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { TicketParameters } from './ticket-event.ts';
import type { TicketStage } from './ticket-task.ts';

/** Hands a function its event and does not wait for what it does with it. */
export type Invoke = (event: Readonly<Record<string, unknown>>) => Promise<void>;

/** Where a run goes on. */
export type NextStage = {
  readonly stage: TicketStage;
  /** Why it pauses, in words. */
  readonly reason: string;
  /** Invokes the function that carries the stage out. */
  readonly invoke: Invoke;
};

/**
 * Has a run go on in another function, with the parameters that it was begun with. Whoever finds it after that
 * invocation was lost sees by the stage where it goes on.
 */
export function handOver(
  { runId, begun, enter }: Pick<RunContext, 'runId' | 'begun' | 'enter'>,
  parameters: TicketParameters,
  { stage, reason, invoke }: NextStage,
): WorkResult {
  enter(stage);
  const { trigger } = begun;
  return { pause: { reason, resume: () => invoke({ trigger, run_id: runId, ...parameters }) } };
}
