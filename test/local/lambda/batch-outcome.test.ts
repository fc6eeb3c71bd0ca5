import { describe, expect, it } from 'vitest';
import { doneMessages } from '#local/lambda/batch-outcome.ts';

const IDS = ['a', 'b', 'c'];

describe('Function: doneMessages', () => {
  it.each([null, {}, { batchItemFailures: null }, { batchItemFailures: [] }, { statusCode: 200 }])(
    'takes every message for done after %j',
    (answer) => {
      expect(doneMessages(IDS, { payload: JSON.stringify(answer) }, true)).toEqual(IDS);
    },
  );

  it('keeps the messages that the answer names', () => {
    const payload = JSON.stringify({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] });
    expect(doneMessages(IDS, { payload }, true)).toEqual(['a', 'c']);
  });

  it.each([
    'done',
    7,
    [],
    { batchItemFailures: 'b' },
    { batchItemFailures: ['b'] },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [{ itemIdentifier: null }] },
    { batchItemFailures: [{ messageId: 'b' }] },
    { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'stranger' }] },
  ])('keeps the whole batch after %j', (answer) => {
    expect(doneMessages(IDS, { payload: JSON.stringify(answer) }, true)).toEqual([]);
  });

  it.each([true, false])('keeps the whole batch of a function that failed (reports: %s)', (reports) => {
    const payload = JSON.stringify({ errorType: 'Error', errorMessage: 'no' });
    expect(doneMessages(IDS, { functionError: 'Unhandled', payload }, reports)).toEqual([]);
  });

  it('does not look into an answer that is no report', () => {
    const payload = JSON.stringify({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect(doneMessages(IDS, { payload }, false)).toEqual(IDS);
  });
});
