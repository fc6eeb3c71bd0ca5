import { describe, expect, it } from 'vitest';
import {
  attempt,
  attemptIf,
  isItemTooLarge,
  isSortKey,
  itemName,
  MAX_SORT_KEY_BYTES,
  reportUnreadable,
} from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError, StorageError } from '#core/errors.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { conditionFailed } from './scripted-table.ts';

const failure = (name: string, message: string, facts: object = {}) =>
  Object.assign(new Error(message), { name, ...facts });
const THROTTLED = failure('ThrottlingException', 'Rate of requests for account 123 exceeds…');
const TOO_LARGE = failure('ValidationException', 'Item size has exceeded the maximum allowed size');
const failWith = (error: Error) => () => Promise.reject(error);

describe('Function: attempt', () => {
  it('gives the answer', async () => {
    expect(await attempt('GetItem', async () => 7)).toBe(7);
  });

  it('says which call failed and by which error, without quoting it', async () => {
    const error = await attempt('GetItem', failWith(THROTTLED)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      message: 'DynamoDB GetItem failed: ThrottlingException',
      cause: THROTTLED,
    });
  });

  it('leaves an error of ours as it is', async () => {
    const ours = new LeaseLostError('taken');
    await expect(attempt('GetItem', failWith(ours))).rejects.toBe(ours);
  });

  it('fails where a condition does that nobody expects', async () => {
    await expect(attempt('PutItem', failWith(conditionFailed()))).rejects.toThrow(StorageError);
  });
});

describe('Function: attemptIf', () => {
  it('gives the answer of a write whose condition held', async () => {
    expect(await attemptIf('PutItem', async () => 7)).toEqual({ held: true, answer: 7 });
  });

  it.each([
    ['at once', conditionFailed(), false],
    ['in its first try', Object.assign(conditionFailed(), { $metadata: { attempts: 1 } }), false],
    ['in a later try', Object.assign(conditionFailed(), { $metadata: { attempts: 2 } }), true],
  ])(
    'says that the condition did not hold, and whether it was tried before: %s',
    async (_what, error, isRepeated) => {
      expect(await attemptIf('PutItem', failWith(error))).toEqual({ held: false, isRepeated });
    },
  );

  it('fails by any other error', async () => {
    await expect(attemptIf('PutItem', failWith(THROTTLED))).rejects.toThrow(
      'DynamoDB PutItem failed: ThrottlingException',
    );
  });
});

describe('Function: isItemTooLarge', () => {
  it.each([
    ['of a put', TOO_LARGE, true],
    ['of an update', failure('ValidationException', 'Item size to update has exceeded the maximum'), true],
    ['behind our own error', new StorageError('m', { cause: TOO_LARGE }), true],
    ['of another kind', failure('ValidationException', 'One or more parameter values were invalid'), false],
    ['by another name', failure('Error', 'Item size has exceeded the maximum allowed size'), false],
    ['that is none', 'Item size has exceeded', false],
  ])('recognises the refusal: one %s', (_what, error, expected) => {
    expect(isItemTooLarge(error)).toBe(expected);
  });
});

describe('Function: isSortKey', () => {
  it.each([
    ['text', 'RATING#u', true],
    ['as many bytes as there may be', 'é'.repeat(MAX_SORT_KEY_BYTES / 2), true],
    ['a byte more', `${'é'.repeat(MAX_SORT_KEY_BYTES / 2)}x`, false],
    ['no text', '', false],
    ['half a character', 'a\ud800', false],
  ])('takes what the table takes: %s', (_what, text, expected) => {
    expect(isSortKey(text)).toBe(expected);
  });
});

describe('Function: itemName', () => {
  it('names an item by both parts of its key, and by nothing else', () => {
    expect(itemName({ pk: 'a', sk: 'b', other: 1 })).toBe(itemName({ sk: 'b', pk: 'a' }));
    expect(itemName({ pk: 'a,b', sk: 'c' })).not.toBe(itemName({ pk: 'a', sk: 'b,c' }));
  });
});

describe('Function: reportUnreadable', () => {
  it('logs the key and counts one, and nothing of what the item holds', () => {
    const lines: unknown[] = [];
    const log = { ...SILENT, error: (...line: unknown[]) => void lines.push(line) };
    reportUnreadable(log, { pk: 'SKILL#s', sk: 'SKILL', remote: 'secret' }, 'no digest');
    const facts = { pk: 'SKILL#s', sk: 'SKILL', reason: 'no digest', unreadableRecords: 1 };
    expect(lines).toEqual([['unreadable record skipped', facts]]);
  });
});
