import { expect, it } from 'vitest';
import { attemptSqs, visibilitySeconds } from '#adapters/sqs/attempt-sqs.ts';
import { QueueError } from '#core/errors.ts';

it.each([
  [0, 0],
  [1, 1],
  [10_000, 10],
  [10_001, 11],
  [21_600_000, 21_600],
  [99_999_999, 43_200],
])('hides a message for %i ms as %i s, twelve hours at most', (ms, seconds) => {
  expect(visibilitySeconds(ms)).toBe(seconds);
});

it('gives what the call gives', async () => {
  expect(await attemptSqs('SendMessage', async () => 7)).toBe(7);
});

it('tells a failure by its name only', async () => {
  const cause = Object.assign(new Error('https://sqs/secret-queue'), { name: 'AccessDenied' });
  const failing = attemptSqs('SendMessage', async () => {
    throw cause;
  });
  await expect(failing).rejects.toThrow(QueueError);
  await expect(failing).rejects.toMatchObject({ message: 'SQS SendMessage failed: AccessDenied', cause });
});
