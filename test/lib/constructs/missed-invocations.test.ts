import { describe, expect, it } from 'vitest';
import { idOf, testTemplate } from '#test/lib/test-stack.ts';

describe('Function: missedInvocations', () => {
  const template = testTemplate({ ZENDESK_SUBDOMAIN: 'acme' });
  const queue = { 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', 'MissedInvocations'), 'Arn'] };

  it('is the one queue of all schedules and of all functions that are invoked asynchronously', () => {
    const schedules = Object.values(template.findResources('AWS::Scheduler::Schedule'));
    const functions = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig'));
    expect(schedules.length).toBeGreaterThan(3);
    expect(functions.length).toBeGreaterThan(3);
    for (const { Properties } of schedules) expect(Properties.Target.DeadLetterConfig.Arn).toEqual(queue);
    for (const { Properties } of functions) {
      expect(Properties.DestinationConfig.OnFailure.Destination).toEqual(queue);
    }
  });

  it('takes the messages of each of them', () => {
    const senders = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.PolicyDocument.Statement.some(
        ({ Action, Resource }: { Action: unknown; Resource: unknown }) =>
          [Action].flat().includes('sqs:SendMessage') && JSON.stringify(Resource) === JSON.stringify(queue),
      ),
    );
    const all = [
      ...Object.keys(template.findResources('AWS::Scheduler::Schedule')),
      ...Object.keys(template.findResources('AWS::Lambda::EventInvokeConfig')),
    ];
    // The schedule of an open batch is made by a function, and has its role in the template.
    expect(senders).toHaveLength(all.length + 1);
  });
});
