import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type IScheduleGroup,
  Schedule,
  ScheduleExpression,
  type ScheduleTargetConfig,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { Duration, Stack, TimeZone } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { invoke } from './bundled-function.ts';
import { DeadLetters } from './encrypted-queue.ts';

/** Props of `JobSchedule`. */
export type JobScheduleProps = {
  /** The job's id in the admin API; also the schedule's name in the group. */
  readonly jobId: string;
  /** What a person reads in a list of jobs. */
  readonly title: string;
  readonly group: IScheduleGroup;
  /** `rate(…)` or `cron(…)`, in UTC. */
  readonly expression: string;
  readonly target: IFunction;
  readonly enabled: boolean;
  /** An invocation that can't be delivered for this long goes to the dead letters. */
  readonly maxEventAge: Duration;
};

/** One job of the EventBridge Scheduler with its role, and the queue of its missed invocations. */
export class JobSchedule extends Construct {
  readonly schedule: Schedule;
  readonly role: Role;
  readonly missed: DeadLetters;

  constructor(scope: Construct, id: string, props: JobScheduleProps) {
    super(scope, id);
    this.missed = new DeadLetters(this, 'Missed');
    this.role = new Role(this, 'Role', { assumedBy: schedulerOf(props.group) });
    this.role.addToPolicy(invoke(props.target));
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.missed.queueArn] }),
    );
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
      }),
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: props.maxEventAge.toSeconds() },
      deadLetterConfig: { arn: this.missed.queueArn },
    };
  }
}

/** Scheduler on behalf of this group only, so that nobody else's schedule can borrow the role. */
function schedulerOf(group: IScheduleGroup): ServicePrincipal {
  return new ServicePrincipal('scheduler.amazonaws.com', {
    conditions: {
      StringEquals: {
        'aws:SourceAccount': Stack.of(group).account,
        'aws:SourceArn': group.scheduleGroupArn,
      },
    },
  });
}
