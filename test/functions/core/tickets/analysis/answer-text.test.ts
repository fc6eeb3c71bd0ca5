import { describe, expect, it } from 'vitest';
import { answerText, isCut } from '#core/tickets/analysis/answer-text.ts';

const message = (content: { type: string; text?: unknown }[], stop_reason: string | null = 'end_turn') => ({
  ...{ content, stop_reason },
  usage: { input_tokens: 0, output_tokens: 0 },
});

describe('Function: answerText', () => {
  it('is the text of all blocks of text, whatever stands before', () => {
    const blocks = [{ type: 'thinking' }, { type: 'text', text: ' {"a"' }, { type: 'text', text: ': 1}\n' }];

    expect(answerText(message(blocks))).toBe('{"a": 1}');
    expect(answerText(message([{ type: 'text', text: 7 }]))).toBe('');
  });
});

describe('Function: isCut', () => {
  it.each([
    ['max_tokens', true],
    ['model_context_window_exceeded', true],
    ['end_turn', false],
    [null, false],
  ])('of an answer that ended by %s is %s', (reason, cut) => {
    expect(isCut(message([], reason))).toBe(cut);
  });
});
