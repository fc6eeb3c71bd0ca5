import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { AtomSyncError, errorName } from '#core/errors.ts';
import type { JobSchedule, ScheduleStore } from '#core/runs/schedule-store.ts';
import { NoIntervalError, SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { parseExpression, rateOf } from './expression.ts';

export type ScheduleStoreOptions = {
  readonly client: SchedulerClient;
  /** The schedule group of the stack. */
  readonly group: string;
  /** Ids of the jobs that have a schedule, which are the schedules' names as well. */
  readonly jobs: readonly string[];
};

/** These come back the same however often they are asked. */
const PERMANENT: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ValidationException',
  'UnrecognizedClientException',
]);

/**
 * The jobs' schedules in EventBridge Scheduler.
 *
 * A list is one GetSchedule a job: ListSchedules tells neither expression nor description. A change that
 * changes nothing is not written, so that the interval goes on counting from where it did.
 *
 * @throws SchedulesUnavailableError from every method; NoIntervalError from `change`
 * @example createScheduleStore({ client: new SchedulerClient(), group: env.SCHEDULE_GROUP, jobs })
 */
export function createScheduleStore({ client, group, jobs }: ScheduleStoreOptions): ScheduleStore {
  const read = (job: string) =>
    attempt('GetSchedule', () => client.send(new GetScheduleCommand({ Name: job, GroupName: group })));
  return {
    async list() {
      const found = await Promise.all(
        jobs.map(async (job) => {
          const output = await read(job);
          return output && toSchedule(job, output);
        }),
      );
      return found.filter((schedule) => schedule !== undefined);
    },
    async change(job, change) {
      const output = jobs.includes(job) ? await read(job) : undefined;
      if (output === undefined) return undefined;
      const before = toSchedule(job, output);
      const wanted = changedParts(before, change);
      if (wanted === undefined) return before;
      const input = { ...definitionOf(output), Name: job, GroupName: group, ...wanted };
      await attempt('UpdateSchedule', () => client.send(new UpdateScheduleCommand(input)));
      const after = await read(job);
      return after && toSchedule(job, after);
    },
  };
}

type Change = Parameters<ScheduleStore['change']>[1];

/** What of the schedule has to be written anew; undefined when it is as wanted already. */
function changedParts(schedule: JobSchedule, { enabled = schedule.enabled, minutes }: Change) {
  const { expression } = schedule;
  if (minutes !== undefined && expression.kind !== 'rate') {
    throw new NoIntervalError(`The job ${schedule.job} runs at fixed times and has no interval.`);
  }
  const other = expression.kind === 'rate' && minutes !== undefined && minutes !== expression.minutes;
  if (!other && enabled === schedule.enabled) return undefined;
  return {
    State: enabled ? ('ENABLED' as const) : ('DISABLED' as const),
    ...(other && { ScheduleExpression: rateOf(minutes) }),
  };
}

/** All of a schedule that UpdateSchedule takes. What it is not handed falls back to its default. */
function definitionOf(output: GetScheduleCommandOutput) {
  const {
    $metadata: _call,
    Arn: _arn,
    CreationDate: _made,
    LastModificationDate: _changed,
    ...rest
  } = output;
  const { ScheduleExpression, Target, FlexibleTimeWindow } = rest;
  return { ...rest, ScheduleExpression, Target, FlexibleTimeWindow };
}

function toSchedule(job: string, output: GetScheduleCommandOutput): JobSchedule {
  const { ScheduleExpression = '', Description, State, CreationDate, LastModificationDate } = output;
  const expression = parseExpression(ScheduleExpression);
  if (expression === undefined) {
    throw new SchedulesUnavailableError(`The schedule of ${job} is none that we know.`, false);
  }
  return {
    job,
    name: Description ?? job,
    enabled: State === 'ENABLED',
    expression,
    since: (LastModificationDate ?? CreationDate ?? new Date(0)).getTime(),
  };
}

/** Runs one call; undefined where there is no such schedule. */
async function attempt<T>(operation: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AtomSyncError) throw cause;
    const name = errorName(cause);
    if (name === 'ResourceNotFoundException') return undefined;
    throw new SchedulesUnavailableError(`Scheduler ${operation} failed: ${name}.`, !PERMANENT.has(name), {
      cause,
    });
  }
}
