import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { idOf, testTemplate } from '#test/lib/test-stack.ts';

const FOURTEEN_DAYS = 1_209_600;

describe('UploadQueues', () => {
  const template = testTemplate();
  const deadLetters = idOf(template, 'AWS::SQS::Queue', 'UploadQueuesDeadLetters');

  it('gives an upload five tries, six consumer timeouts each', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 720,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
    });
  });

  it('keeps dead letters of all kinds for fourteen days', () => {
    const queues = Object.entries(template.findResources('AWS::SQS::Queue'));
    const dead = queues.filter(([, queue]) => queue.Properties.RedrivePolicy === undefined);
    expect(dead.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
      'MissedInvocations',
      'UploadQueuesDeadLetters',
    ]);
    for (const [, queue] of dead) expect(queue.Properties.MessageRetentionPeriod).toBe(FOURTEEN_DAYS);
  });

  it('encrypts every queue and lets nobody in without TLS', () => {
    for (const [id, queue] of Object.entries(template.findResources('AWS::SQS::Queue'))) {
      expect(queue.Properties.SqsManagedSseEnabled, id).toBe(true);
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });
});
