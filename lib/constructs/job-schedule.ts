import {
  Schedule,
  ScheduleExpression,
  type ScheduleTargetConfig,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { Duration, TimeZone } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ScheduledInvocation, type ScheduledInvocationProps } from './scheduled-invocation.ts';

/** Props of `JobSchedule`. */
export type JobScheduleProps = ScheduledInvocationProps & {
  /** The job's id in the admin API; also the schedule's name in the group. */
  readonly jobId: string;
  /** What a person reads in a list of jobs. */
  readonly title: string;
  /** `rate(…)` or `cron(…)`, in UTC. */
  readonly expression: string;
  readonly enabled: boolean;
  /** An invocation that can't be delivered for this long goes to the dead letters. */
  readonly maxEventAge: Duration;
  /**
   * What the event says besides who sent it and when.
   * @default - nothing
   */
  readonly input?: Readonly<Record<string, string>>;
};

/** One job of the EventBridge Scheduler with its role. */
export class JobSchedule extends ScheduledInvocation {
  readonly schedule: Schedule;

  constructor(scope: Construct, id: string, props: JobScheduleProps) {
    super(scope, id, props);
    this.schedule = new Schedule(this, 'Schedule', {
      scheduleName: props.jobId,
      description: props.title,
      scheduleGroup: props.group,
      schedule: ScheduleExpression.expression(props.expression, TimeZone.ETC_UTC),
      timeWindow: TimeWindow.flexible(Duration.minutes(1)),
      enabled: props.enabled,
      target: { bind: () => this.bindTarget(props) },
    });
    // The group is known by its name only, and the role's policy must be there before the first invocation.
    this.schedule.node.addDependency(props.group, this.role);
  }

  /** Scheduler's retries come before Lambda's own, which the function sets: both are needed. */
  private bindTarget(props: JobScheduleProps): ScheduleTargetConfig {
    return {
      arn: props.target.functionArn,
      role: this.role,
      input: ScheduleTargetInput.fromObject({
        trigger: 'schedule',
        scheduled_time: '<aws.scheduler.scheduled-time>',
        ...props.input,
      }),
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: props.maxEventAge.toSeconds() },
      deadLetterConfig: { arn: this.missed.queueArn },
    };
  }
}
