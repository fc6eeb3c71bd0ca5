import { describe, expect, it } from 'vitest';
import type { Template } from '#lib/synthesize.ts';
import { makeQueues } from '#local/sqs/deployed-queues.ts';
import type { QueueDefinition, Sqs } from '#local/sqs/sqs.ts';
import { sourceOf } from '#local/template/deployment.ts';

const template = {
  Resources: {
    Uploads: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 720,
        KmsMasterKeyId: 'alias/aws/sqs',
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } },
    Table: { Type: 'AWS::DynamoDB::Table' },
  },
  Outputs: {},
} satisfies Template;

describe('Function: makeQueues', () => {
  it('makes a queue after its dead-letter queue, with the attributes that the service here knows', async () => {
    // Prepare
    const made: QueueDefinition[] = [];
    const sqs = { ensureQueue: async (queue) => void made.push(queue) } satisfies Partial<Sqs> as Sqs;
    const addresses = { queueUrl: (name: string) => name, apiUrl: 'http://api' };

    // Act
    await makeQueues(sourceOf({ template, assetsDir: '' }, 'stack', addresses), sqs);

    // Assess
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:stack-Dead';
    expect(made).toEqual([
      { name: 'stack-Dead', attributes: {} },
      {
        name: 'stack-Uploads',
        attributes: {
          VisibilityTimeout: '720',
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
        },
      },
    ]);
  });
});
