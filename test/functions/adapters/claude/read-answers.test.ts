import { describe, expect, it } from 'vitest';
import { readModel, readRemoteBatch } from '#adapters/claude/read-answers.ts';

const batch = {
  id: 'msgbatch_1',
  processing_status: 'ended',
  request_counts: { processing: 0, succeeded: 3, errored: 1, canceled: 2, expired: 4 },
  created_at: '2026-11-27T12:00:00Z',
  results_url: 'https://api.anthropic.com/x',
};

describe('Function: readRemoteBatch', () => {
  it('adds up the requests of a batch', () => {
    expect(readRemoteBatch(batch)).toEqual({
      ...{ id: 'msgbatch_1', status: 'ended', total: 10, hasResults: true },
      createdAt: Date.parse('2026-11-27T12:00:00Z'),
    });
    expect(readRemoteBatch({ ...batch, results_url: null })).toMatchObject({ hasResults: false });
  });

  it.each([null, {}, { ...batch, processing_status: 'new' }, { ...batch, created_at: 'noon' }])(
    'knows no other: %j',
    (answer) => {
      expect(readRemoteBatch(answer)).toBeUndefined();
    },
  );
});

describe('Function: readModel', () => {
  it('takes for granted what is not told', () => {
    expect(readModel({ id: 'claude-x' })).toEqual({
      ...{ id: 'claude-x', lifecycle: 'active', retiresAt: undefined, canBatch: true, canStructure: true },
    });
  });

  it('tells what a model cannot do, and when it ends', () => {
    const capabilities = { batch: { supported: false }, structured_outputs: { supported: false } };
    const model = { id: 'x', lifecycle: 'deprecated', retires_at: '2027-01-22T00:00:00Z', capabilities };

    expect(readModel(model)).toMatchObject({
      canBatch: false,
      canStructure: false,
      retiresAt: Date.parse('2027-01-22'),
    });
  });

  it('refuses what is no model', () => {
    expect(() => readModel('hello')).toThrow('documented form');
  });
});
