import type { ScheduleDefinition } from '#local/scheduler/schedule-definition.ts';
import { createScheduler } from '#local/scheduler/scheduler.ts';
import { startSchedulerEndpoint } from '#local/scheduler/scheduler-endpoint.ts';

export const GROUP = 'atom-sync';

/** A schedule as the stack makes it. */
export function definition(over: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    Name: 'skill-sync-atom-saas',
    GroupName: GROUP,
    Description: 'Skill sync',
    ScheduleExpression: 'rate(15 minutes)',
    ScheduleExpressionTimezone: 'Etc/UTC',
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
    Target: {
      Arn: 'arn:aws:lambda:us-east-1:000000000000:function:skill-sync',
      RoleArn: 'arn:aws:iam::000000000000:role/schedule',
      Input: '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>"}',
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 900 },
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:missed' },
    },
    ...over,
  };
}

export const CLEANUP = definition({
  Name: 'cache-cleanup',
  Description: 'Cleanup',
  ScheduleExpression: 'cron(0 0 * * ? *)',
  State: 'DISABLED',
});

/** The local run's stand-in of EventBridge Scheduler, with the given schedules. */
export async function startScheduler(definitions: ScheduleDefinition[]) {
  const scheduler = createScheduler({
    definitions,
    region: 'us-east-1',
    accountId: '000000000000',
    fire: () => undefined,
  });
  const endpoint = await startSchedulerEndpoint({ scheduler, isTarget: () => true });
  return { scheduler, url: endpoint.url, stop: () => endpoint.close(0) };
}
