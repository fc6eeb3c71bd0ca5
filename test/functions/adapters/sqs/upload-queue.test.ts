import type { SendMessageBatchCommandInput, SendMessageBatchResult, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createUploadQueue } from '#adapters/sqs/upload-queue.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';

const message = (n: number): UploadMessage => ({ skillId: `s${n}`, userId: 'dana', revision: n + 1 });
const some = (count: number) => Array.from({ length: count }, (_, n) => message(n));
const nameIn = (body = '') => (JSON.parse(body) as { skill_id: string }).skill_id;

class CallError extends Error {
  constructor(name: string, status = 400, code?: string) {
    super('Invalid characters found: secret');
    this.name = name;
    Object.assign(this, { $metadata: { httpStatusCode: status }, ...(code ? { Code: code } : {}) });
  }
}

/** A queue over an SQS that answers as it is told to. */
function queueOver(answer: (names: readonly string[]) => Partial<SendMessageBatchResult>) {
  const calls: (readonly string[])[] = [];
  const send = async ({ input }: { input: SendMessageBatchCommandInput }) => {
    const names = (input.Entries ?? []).map(({ MessageBody }) => nameIn(MessageBody));
    calls.push(names);
    return answer(names);
  };
  const client = { send } as unknown as SQSClient;
  const queue = createUploadQueue({ client, uploadsUrl: 'https://q/1', deadLettersUrl: 'https://q/2' });
  return { queue, calls };
}
const taken = (names: readonly string[]) =>
  names.map((_, n) => ({ Id: String(n), MessageId: `m${n}`, MD5OfMessageBody: '' }));

describe('Of a batch', () => {
  it.each([
    'InvalidMessageContents',
    'InvalidParameterValue',
    'BatchRequestTooLong',
    'AWS.SimpleQueueService.MessageTooLong',
  ])('the entry that is refused as %s is named with that reason, and no other', async (Code) => {
    const { queue } = queueOver((names) => ({
      Successful: taken(names).filter(({ Id }) => Id !== '2'),
      Failed: [{ Id: '2', SenderFault: true, Code, Message: 'secret' }],
    }));
    expect(await queue.send(some(5))).toEqual([{ ...message(2), rejection: Code }]);
  });

  it.each([
    ['InternalError', false],
    ['ServiceUnavailable', false],
    ['RequestThrottled', true],
    ['OverLimit', true],
    ['KmsThrottled', true],
    ['KmsAccessDenied', true],
    ['AccessDenied', true],
    ['AWS.SimpleQueueService.NonExistentQueue', true],
  ])('an entry that fails with %s may be taken another time', async (Code, SenderFault) => {
    const { queue } = queueOver((names) => ({
      Successful: taken(names).slice(1),
      Failed: [{ Id: '0', SenderFault, Code }],
    }));
    expect(await queue.send(some(3))).toEqual([message(0)]);
  });

  it('an entry of which the answer says nothing was not taken', async () => {
    const { queue } = queueOver((names) => ({ Successful: taken(names).slice(0, 1) }));
    expect(await queue.send(some(3))).toEqual([message(1), message(2)]);
    expect(await queueOver(() => ({})).queue.send(some(2))).toEqual(some(2));
  });

  it('no code is shown that is none', async () => {
    const Failed = [{ Id: '0', SenderFault: true, Code: 'x <secret>' }];
    const { queue } = queueOver(() => ({ Failed }));
    expect(await queue.send([message(0)])).toEqual([{ ...message(0), rejection: 'no reason given' }]);
  });
});

describe('A call that is refused for what is in it', () => {
  it.each([
    ['InvalidMessageContents', 400, undefined, 'InvalidMessageContents'],
    ['BatchRequestTooLong', 400, undefined, 'BatchRequestTooLong'],
    [
      'AWS.SimpleQueueService.BatchRequestTooLong',
      400,
      undefined,
      'AWS.SimpleQueueService.BatchRequestTooLong',
    ],
    ['Error', 400, 'InvalidMessageContents', 'InvalidMessageContents'],
    ['UnknownError', 413, undefined, 'RequestEntityTooLarge'],
  ])(
    'as %s with %i is sent one by one, until the bad one is found',
    async (name, status, code, rejection) => {
      const { queue, calls } = queueOver((names) => {
        if (names.includes('s7')) throw new CallError(name, status, code);
        return { Successful: taken(names) };
      });
      expect(await queue.send(some(25))).toEqual([{ ...message(7), rejection }]);
      // The batch of s7, then each of its ten; the other two batches once.
      expect(calls.map((names) => names.length).toSorted((a, b) => b - a)).toEqual([
        ...[10, 10, 5],
        ...Array.from({ length: 10 }, () => 1),
      ]);
    },
  );

  it('by every message is told of every one', async () => {
    const { queue } = queueOver(() => {
      throw new CallError('InvalidMessageContents');
    });
    const rejection = 'InvalidMessageContents';
    expect(await queue.send(some(3))).toEqual(some(3).map((one) => ({ ...one, rejection })));
  });

  it.each([
    ['TimeoutError', 0],
    ['QueueDoesNotExist', 400],
    ['RequestThrottled', 400],
    ['AccessDenied', 403],
    ['InvalidParameterValue', 400],
    ['InternalError', 500],
  ])('is another matter than %s (%i), after which all may be taken another time', async (name, status) => {
    const { queue, calls } = queueOver(() => {
      throw new CallError(name, status);
    });
    expect(await queue.send(some(4))).toEqual(some(4));
    expect(calls).toHaveLength(1);
  });
});
