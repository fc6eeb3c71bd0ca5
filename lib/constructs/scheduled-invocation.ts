import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { invoke } from './bundled-function.ts';
import type { DeadLetters } from './encrypted-queue.ts';
import { missedInvocations } from './missed-invocations.ts';

/** What is invoked, and on behalf of which group. */
export type ScheduledInvocationProps = {
  readonly group: IScheduleGroup;
  readonly target: IFunction;
};

/** What a schedule needs to invoke a function: a role, and the queue for the invocations that could not be delivered. */
export class ScheduledInvocation extends Construct {
  readonly role: Role;
  readonly missed: DeadLetters;

  constructor(scope: Construct, id: string, { group, target }: ScheduledInvocationProps) {
    super(scope, id);
    this.missed = missedInvocations(this);
    this.role = new Role(this, 'Role', { assumedBy: schedulerOf(group) });
    this.role.addToPolicy(invoke(target));
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.missed.queueArn] }),
    );
  }
}

/** The permission to hand roles to the scheduler, and to nobody else. */
export function passToScheduler(roles: readonly Role[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: roles.map((role) => role.roleArn),
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  });
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
