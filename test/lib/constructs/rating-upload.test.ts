import { describe, expect, it } from 'vitest';
import { MAX_RECEIVES, UPLOADS_AT_ONCE } from '#core/ratings/upload-limits.ts';
import { asArray, idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const queueArn = (template: ReturnType<typeof testTemplate>, prefix: string) => ({
  'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', prefix), 'Arn'],
});

describe('RatingUpload', () => {
  const template = testTemplate();
  const sources = (of = template) =>
    Object.fromEntries(
      Object.values(of.findResources('AWS::Lambda::EventSourceMapping')).map(({ Properties }) => [
        JSON.stringify(Properties.EventSourceArn),
        Properties,
      ]),
    );
  const source = (prefix: string, of = template) => sources(of)[JSON.stringify(queueArn(of, prefix))];

  it('is fed by the queue, ten uploads at once over all instances, each message on its own', () => {
    expect(source('UploadQueuesUploads')).toMatchObject({
      BatchSize: UPLOADS_AT_ONCE,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      Enabled: true,
      FunctionName: { Ref: idOf(template, 'AWS::Lambda::Function', 'RatingUpload') },
    });
    expect(UPLOADS_AT_ONCE * 2).toBe(10);
  });

  it('has an event source on the dead letters that only an operator enables', () => {
    expect(source('UploadQueuesDeadLetters')).toMatchObject({ Enabled: false });
    expect(Object.keys(sources())).toHaveLength(2);
  });

  it('may send anew what has to wait, as often as it takes; Lambda lets no other function do so', () => {
    for (const [id, { Properties }] of Object.entries(template.findResources('AWS::Lambda::Function')))
      expect(Properties.RecursiveLoop, id).toBe(id.startsWith('RatingUpload') ? 'Allow' : undefined);
  });

  it('is not fed when the marketplace is off', () => {
    expect(source('UploadQueuesUploads', testTemplate({ ATOM_SAAS_ENABLED: 'false' }))).toMatchObject({
      Enabled: false,
    });
  });

  it('agrees with the queue about the last receive, and leaves six of its time-outs for a batch', () => {
    const uploads =
      template.toJSON().Resources[idOf(template, 'AWS::SQS::Queue', 'UploadQueuesUploads')].Properties;
    const fn =
      template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', 'RatingUpload')].Properties;
    expect(uploads.RedrivePolicy.maxReceiveCount).toBe(MAX_RECEIVES);
    expect(uploads.VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn.Timeout);
  });

  it.each(['RatingUpload', 'RatingSync'])('lets %s do with the queues what it does, and no more', (owner) => {
    const own = statements(template, `${owner}FunctionRole`).filter((one) =>
      asArray(one.Action).some((action) => action.startsWith('sqs:')),
    );
    const allowed = (prefix: string) =>
      own
        .filter((one) => JSON.stringify(one.Resource).includes(JSON.stringify(queueArn(template, prefix))))
        .flatMap((one) => asArray(one.Action))
        .sort();
    const consume = [
      ...['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      ...['sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
    ];
    if (owner === 'RatingSync') {
      expect(allowed('UploadQueuesUploads')).toEqual(['sqs:SendMessage']);
      expect(allowed('UploadQueuesDeadLetters')).toEqual(['sqs:DeleteMessage', 'sqs:ReceiveMessage']);
    } else {
      expect([...new Set(allowed('UploadQueuesUploads'))]).toEqual([...consume, 'sqs:SendMessage']);
      expect(allowed('UploadQueuesDeadLetters')).toEqual(consume);
    }
  });
});
