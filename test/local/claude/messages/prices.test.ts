import { describe, expect, it } from 'vitest';
import { costMicroUsd } from '#local/claude/messages/prices.ts';

const tokens = (input: number, output: number, changes: object = {}) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  ...changes,
});
const haiku = { id: 'claude-haiku-5-5', line: 'haiku' };

describe('costMicroUsd', () => {
  it('charges what the price list says, half in a batch', () => {
    expect(costMicroUsd(haiku, tokens(2000, 350), 'standard')).toBeCloseTo(375);
    expect(costMicroUsd(haiku, tokens(2000, 350), 'batch')).toBeCloseTo(187.5);
    expect(
      costMicroUsd({ id: 'claude-sonnet-5-5', line: 'sonnet' }, tokens(1000, 100), 'standard'),
    ).toBeCloseTo(3000);
    expect(costMicroUsd({ id: 'claude-opus-5-5', line: 'opus' }, tokens(1000, 100), 'standard')).toBeCloseTo(
      6000,
    );
    expect(
      costMicroUsd({ id: 'claude-haiku-4-5', line: 'haiku' }, tokens(1000, 100), 'standard'),
    ).toBeCloseTo(1500);
  });

  it('charges five times as much for a prompt of more than 100,000 tokens', () => {
    expect(costMicroUsd(haiku, tokens(100_000, 0), 'standard')).toBeCloseTo(10_000);
    expect(costMicroUsd(haiku, tokens(100_001, 0), 'standard')).toBeCloseTo(50_000.5);
  });

  it('charges for what goes into the cache and comes from it', () => {
    const cached = tokens(0, 0, {
      cache_read_input_tokens: 1000,
      cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 1000 },
    });
    expect(costMicroUsd(haiku, cached, 'standard')).toBeCloseTo(10 + 125 + 200);
  });
});
