import { describe, expect, it } from 'vitest';
import { idOf, testTemplate } from '#test/lib/test-stack.ts';

const states = (env: Record<string, string>) =>
  Object.fromEntries(
    Object.values(testTemplate(env).findResources('AWS::Scheduler::Schedule')).map(({ Properties }) => [
      Properties.Name,
      Properties.State,
    ]),
  );

describe('JobSchedule', () => {
  const template = testTemplate();

  it.each([
    ['SkillSync', 'skill-sync-atom-saas', 'rate(15 minutes)', 900],
    ['RatingSync', 'rating-sync-atom-saas', 'rate(30 minutes)', 1800],
    ['CacheCleanup', 'cache-cleanup', 'cron(0 0 * * ? *)', 3600],
  ])(
    'runs %s as %s, %s, with retries, an age limit and the queue of the missed',
    (owner, job, expression, age) => {
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        Name: job,
        GroupName: 'atom-sync',
        State: 'ENABLED',
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: 'Etc/UTC',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
        Target: {
          Arn: { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', owner), 'Arn'] },
          RoleArn: { 'Fn::GetAtt': [idOf(template, 'AWS::IAM::Role', `${owner}ScheduleRole`), 'Arn'] },
          Input: '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>"}',
          RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: age },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'MissedInvocations'), 'Arn'] },
          },
        },
      });
    },
  );

  it('trusts the scheduler on behalf of its own group only', () => {
    const group = idOf(template, 'AWS::Scheduler::ScheduleGroup', 'Schedules');
    const roles = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.includes('ScheduleRole'),
    );
    expect(roles).toHaveLength(3);
    for (const [, role] of roles) {
      expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': { 'Fn::GetAtt': [group, 'Arn'] },
            },
          },
        },
      ]);
    }
  });

  it('follows the interval of the settings, in both retry policies too', () => {
    const changed = testTemplate({ ATOM_SAAS_SYNC_INTERVAL_MINUTES: '5' });
    changed.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 300 } },
    });
    changed.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: 300 });
  });

  it('says an hour in minutes, since the interval is read back as minutes', () => {
    testTemplate({ ATOM_SAAS_SYNC_INTERVAL_MINUTES: '60' }).hasResourceProperties(
      'AWS::Scheduler::Schedule',
      {
        ScheduleExpression: 'rate(60 minutes)',
      },
    );
  });

  it('is created disabled, all of them, when the scheduler is off', () => {
    expect(states({ ENABLE_SCHEDULER: 'false' })).toEqual({
      'skill-sync-atom-saas': 'DISABLED',
      'rating-sync-atom-saas': 'DISABLED',
      'cache-cleanup': 'DISABLED',
    });
  });

  it('is created disabled for marketplace jobs only when the marketplace is off', () => {
    expect(states({ ATOM_SAAS_ENABLED: 'no' })).toEqual({
      'skill-sync-atom-saas': 'DISABLED',
      'rating-sync-atom-saas': 'DISABLED',
      'cache-cleanup': 'ENABLED',
    });
  });

  it('comes after its group, which goes with the stack since its name is fixed', () => {
    const group = idOf(template, 'AWS::Scheduler::ScheduleGroup', 'Schedules');
    template.hasResource('AWS::Scheduler::ScheduleGroup', {
      DeletionPolicy: 'Delete',
      Properties: { Name: 'atom-sync' },
    });
    for (const schedule of Object.values(template.findResources('AWS::Scheduler::Schedule'))) {
      expect(schedule.DependsOn).toContain(group);
    }
  });
});
