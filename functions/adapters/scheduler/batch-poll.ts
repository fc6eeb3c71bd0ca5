import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { errorName } from '#core/errors.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import {
  BATCH_POLL_MINUTES,
  BATCH_POLL_NAME,
  type BatchPoll,
  type ResumeEvent,
} from '#core/tickets/batch-poll.ts';
import { rateOf } from './expression.ts';

export type BatchPollOptions = {
  readonly client: Pick<SchedulerClient, 'send' | 'config'>;
  /** The schedule group of the stack. */
  readonly group: string;
  /** Name of the function that is invoked. */
  readonly functionName: string;
  /** ARN of the role under which the scheduler invokes it, in the account and the partition of the function. */
  readonly roleArn: string;
  /** ARN of the queue for events that could not be delivered. */
  readonly deadLettersArn: string;
};

/** These come back the same however often they are asked. */
const PERMANENT: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ValidationException',
  'UnrecognizedClientException',
  'ServiceQuotaExceededException',
]);
/** The next poll is as good as a late one. */
const RETRIES = 1;

/**
 * The schedule of the batch poll in EventBridge Scheduler, which no stack declares: it is made when a run begins to
 * wait, and deleted when none does.
 *
 * @example createBatchPoll({ client: new SchedulerClient(), group: env.SCHEDULE_GROUP, ...arns })
 */
export function createBatchPoll({ client, ...options }: BatchPollOptions): BatchPoll {
  const name = { Name: BATCH_POLL_NAME, GroupName: options.group };
  const remove = async () => {
    await attempt('DeleteSchedule', 'ResourceNotFoundException', () =>
      client.send(new DeleteScheduleCommand(name)),
    );
  };
  return {
    async start(event) {
      const schedule = { ...name, ...definition(options, await client.config.region(), event) };
      const create = () =>
        attempt('CreateSchedule', 'ConflictException', () =>
          client.send(new CreateScheduleCommand(schedule)),
        );
      if (await create()) return;
      // There is one of another run. Changing it would take one more permission.
      await remove();
      await create();
    },
    stop: remove,
  };
}

function definition(
  { functionName, roleArn, deadLettersArn }: Omit<BatchPollOptions, 'client' | 'group'>,
  region: string,
  event: ResumeEvent,
): Omit<CreateScheduleCommandInput, 'Name' | 'GroupName'> {
  // A function is not told its own ARN; its role's has all of it but the region.
  const [, partition, , , account] = roleArn.split(':');
  return {
    Description: 'Asks Claude after an open batch of ticket analyses. Exists only while there is one.',
    ScheduleExpression: rateOf(BATCH_POLL_MINUTES),
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
      RoleArn: roleArn,
      Input: JSON.stringify(event),
      DeadLetterConfig: { Arn: deadLettersArn },
      RetryPolicy: { MaximumRetryAttempts: RETRIES, MaximumEventAgeInSeconds: BATCH_POLL_MINUTES * 60 },
    },
  };
}

/** Makes one call. @returns false where it failed with the one error that is none here */
async function attempt(
  operation: string,
  expected: string | undefined,
  call: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (cause) {
    const name = errorName(cause);
    if (name === expected) return false;
    const message = `Scheduler ${operation} failed: ${name}.`;
    throw new SchedulesUnavailableError(message, !PERMANENT.has(name), { cause });
  }
}
