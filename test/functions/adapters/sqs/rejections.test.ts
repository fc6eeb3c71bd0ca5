import { describe, expect, it } from 'vitest';
import { rejectionOfCall, rejectionOfEntry } from '#adapters/sqs/rejections.ts';

const failed = (name: string, more: object = {}) => Object.assign(new Error('secret'), { name }, more);
const withStatus = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

describe('Function: rejectionOfCall', () => {
  it.each([
    ['its name', failed('InvalidMessageContents'), 'InvalidMessageContents'],
    ['its code', failed('Error', { Code: 'BatchRequestTooLong' }), 'BatchRequestTooLong'],
    [
      'a name with a prefix',
      failed('AWS.SimpleQueueService.MessageTooLong'),
      'AWS.SimpleQueueService.MessageTooLong',
    ],
    ['its status alone', failed('UnknownError', withStatus(413)), 'RequestEntityTooLarge'],
  ])('is for the messages where %s says so', (_what, error, rejection) => {
    expect(rejectionOfCall(error)).toBe(rejection);
  });

  it.each([
    ['another error', failed('InvalidParameterValue', withStatus(400))],
    ['one of the service', failed('InternalError', withStatus(500))],
    ['a code that is no text', failed('Error', { Code: 413 })],
    ['something that is no error', { name: 'InvalidMessageContents' }],
  ])('is none where it is %s', (_what, error) => {
    expect(rejectionOfCall(error)).toBeUndefined();
  });

  it('shows no code that holds more than one', () => {
    expect(rejectionOfCall(failed('InvalidMessageContents: secret text'))).toBe('no reason given');
  });
});

describe('Function: rejectionOfEntry', () => {
  const entry = (Code: string | undefined, SenderFault?: boolean) => ({ Id: '0', Code, SenderFault });

  it.each(['InvalidMessageContents', 'InvalidParameterValue'])('is for good where it is %s', (code) => {
    expect(rejectionOfEntry(entry(code, true))).toBe(code);
  });

  it.each(['OverLimit', 'RequestThrottled', 'KmsAccessDenied', 'AWS.SimpleQueueService.NonExistentQueue'])(
    'passes where it is %s, whoever is blamed',
    (code) => {
      expect(rejectionOfEntry(entry(code, true))).toBeUndefined();
    },
  );

  it.each([false, undefined])('passes where the sender is not to blame: %s', (senderFault) => {
    expect(rejectionOfEntry(entry('InvalidMessageContents', senderFault))).toBeUndefined();
  });

  it.each([undefined, '', 'x <secret>', 'x'.repeat(101)])('shows no code that is none: %s', (code) => {
    expect(rejectionOfEntry(entry(code, true))).toBe('no reason given');
  });
});
