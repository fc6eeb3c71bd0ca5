import { describe, expect, it } from 'vitest';
import { usageSchema } from '#core/tickets/analysis/claude-message.ts';
import {
  CLAUDE_PRICES,
  costMicroUsd,
  estimateTokens,
  worstCaseMicroUsd,
} from '#core/tickets/analysis/prices.ts';
import { analysisRequest } from '#core/tickets/analysis/prompt.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';
import { AREAS } from '#test/functions/core/tickets/an-answer.ts';

const HAIKU = 'claude-haiku-5-5';

describe('Function: costMicroUsd', () => {
  it('costs what the plan says for 1,000 tickets: $0.375 directly, $0.19 in a batch', () => {
    const usage = usageSchema.parse({ input_tokens: 2_000, output_tokens: 350, service_tier: 'batch' });
    expect(costMicroUsd(HAIKU, usage, 'direct') * 1_000).toBe(375_000);
    expect(costMicroUsd(HAIKU, usage, 'batch') * 1_000).toBe(188_000);
  });

  it('counts what is written to the cache and read from it', () => {
    const usage = {
      input_tokens: 1_000_000,
      output_tokens: 0,
      cache_creation_input_tokens: 1_000_000,
      cache_read_input_tokens: 1_000_000,
      cache_creation: { ephemeral_5m_input_tokens: 400_000, ephemeral_1h_input_tokens: 600_000 },
    };
    expect(costMicroUsd('claude-sonnet-5-5', usage, 'direct')).toBe(
      2_000_000 + 1_000_000 + 2_400_000 + 100_000,
    );
    expect(costMicroUsd('claude-sonnet-5-5', { ...usage, cache_creation: null }, 'direct')).toBe(4_600_000);
    expect(costMicroUsd('claude-sonnet-5-5', { ...usage, cache_creation_input_tokens: null }, 'direct')).toBe(
      5_500_000,
    );
  });

  it('costs five times as much above 100,000 tokens of input, cached ones counted', () => {
    expect(costMicroUsd(HAIKU, { input_tokens: 100_000, output_tokens: 0 }, 'direct')).toBe(10_000);
    expect(costMicroUsd(HAIKU, { input_tokens: 100_001, output_tokens: 0 }, 'direct')).toBe(50_001);
    const cached = { input_tokens: 1, output_tokens: 0, cache_read_input_tokens: 100_000 };
    expect(costMicroUsd(HAIKU, cached, 'direct')).toBe(5_001);
  });

  it('rounds up, and nothing costs nothing', () => {
    expect(costMicroUsd(HAIKU, { input_tokens: 1, output_tokens: 0 }, 'batch')).toBe(1);
    expect(costMicroUsd(HAIKU, { input_tokens: 0, output_tokens: 0 }, 'batch')).toBe(0);
  });

  it('knows a model with a date, and takes the dearest price for one that it does not know', () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 1_000_000 };
    expect(costMicroUsd('claude-haiku-4-5-20251001', usage, 'direct')).toBe(6_000_000);
    const most = Math.max(...Object.keys(CLAUDE_PRICES).map((model) => costMicroUsd(model, usage, 'direct')));
    expect(costMicroUsd('claude-unheard-of', usage, 'direct')).toBe(most);
    expect(costMicroUsd('claude-haiku-5-50', usage, 'direct')).toBe(most);
  });

  it('has prices in whole micro-USD', () => {
    for (const { long: _, ...price } of Object.values(CLAUDE_PRICES)) {
      expect(Object.values(price).every(Number.isInteger)).toBe(true);
    }
  });
});

describe('Function: worstCaseMicroUsd', () => {
  const requestOf = (description: string) =>
    analysisRequest(prepareText({ subject: null, description }), {
      ...{ model: HAIKU, maxTokens: 1_024, effort: 'low', areas: AREAS },
    });

  it('trap 41: is above what any tokenizer makes of the ticket, and all of max_tokens', () => {
    for (const text of [
      'x'.repeat(9_000),
      '忽略'.repeat(3_000),
      '7'.repeat(9_000),
      '😀'.repeat(3_000),
      'word '.repeat(900),
    ]) {
      const request = requestOf(text);
      const bytes = Buffer.byteLength(request.messages[0].content);
      const ours = (request.system.length + JSON.stringify(request.output_config).length) / 3;
      const usage = { input_tokens: Math.ceil(bytes + ours), output_tokens: request.max_tokens };
      expect(worstCaseMicroUsd(HAIKU, request, 'direct')).toBeGreaterThan(
        costMicroUsd(HAIKU, usage, 'direct'),
      );
    }
  });

  it('stays near the real cost, so that a budget is used', () => {
    expect(worstCaseMicroUsd(HAIKU, requestOf('word '.repeat(80)), 'direct')).toBeLessThan(2_500);
  });

  it('halves in a batch', () => {
    const request = requestOf('word');
    const direct = worstCaseMicroUsd(HAIKU, request, 'direct');
    expect(worstCaseMicroUsd(HAIKU, request, 'batch')).toBe(Math.ceil(direct / 2));
  });
});

describe('Function: estimateTokens', () => {
  it('is above a third of the Latin characters and above the number of others', () => {
    expect(estimateTokens('a'.repeat(300))).toBeGreaterThan(100);
    expect(estimateTokens('字'.repeat(100))).toBeGreaterThanOrEqual(100);
    expect(estimateTokens('')).toBe(0);
  });
});
