import { describe, expect, it } from 'vitest';
import { isProblem } from '#local/claude/http/api-error.ts';
import { checkCount, checkMessage } from '#local/claude/messages/message-params.ts';
import { Models } from '#local/claude/models.ts';
import { NOON, ticketParams } from '#test/local/claude/claude-client.ts';

const models = new Models(() => NOON);

function problemOf(changes: object): string {
  const checked = checkMessage({ ...ticketParams('Hello'), ...changes }, models);
  return isProblem(checked) ? `${checked.type}: ${checked.message}` : 'taken';
}

describe('checkMessage', () => {
  it('takes what the pipeline sends', () => {
    expect(problemOf({})).toBe('taken');
    expect(problemOf({ thinking: { type: 'disabled' }, metadata: { user_id: 'x' } })).toBe('taken');
  });

  it.each([
    [{ temperature: 0 }, /temperature/],
    [{ top_p: 0.5 }, /top_p/],
    [{ top_k: 5 }, /top_k/],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, /budget_tokens/],
    [{ model: 'claude-nobody' }, /^not_found_error: model: claude-nobody$/],
    [{ model: undefined }, /^invalid_request_error: model: Field required$/],
    [{ max_tokens: 0 }, /max_tokens/],
    [{ max_tokens: 128_001 }, /maximum allowed number of output tokens/],
    [{ messages: [] }, /messages/],
    [{ messages: [{ role: 'assistant', content: 'x' }] }, /first message/],
    [{ messages: [{ role: 'user', content: '' }] }, /non-empty/],
    [{ messages: [{ role: 'system', content: 'x' }] }, /messages\.0\.role/],
    [{ messages: [{ role: 'user', content: 'x'.repeat(4_000_000) }] }, /prompt is too long/],
    [{ output_config: { effort: 'enormous' } }, /effort/],
    [{ nonsense: true }, /nonsense: Extra inputs are not permitted/],
    [{ stream: true }, /stream/],
  ])('refuses %o', (changes, reason) => {
    expect(problemOf(changes)).toMatch(reason);
  });

  it('refuses a prefilled answer', () => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: '{' },
    ];
    expect(problemOf({ messages })).toMatch(/prefill/);
  });

  it('refuses a format together with citations', () => {
    const content = [{ type: 'document', citations: { enabled: true } }];
    expect(problemOf({ messages: [{ role: 'user', content }] })).toMatch(/citations/);
  });

  it('lets older models have what they always had', () => {
    const older = { model: 'claude-haiku-4-5', output_config: undefined };
    expect(problemOf({ ...older, temperature: 0, top_k: 5 })).toBe('taken');
    expect(problemOf({ ...older, thinking: { type: 'adaptive' } })).toMatch(/adaptive/);
    expect(problemOf({ model: 'claude-haiku-4-5', output_config: { effort: 'low' } })).toMatch(/effort/);
    expect(problemOf({ ...older, temperature: 2 })).toMatch(/temperature/);
  });
});

describe('checkCount', () => {
  it('asks for no max_tokens', () => {
    const { max_tokens, ...params } = ticketParams('Hello');
    expect(isProblem(checkCount(params, models))).toBe(false);
    expect(isProblem(checkCount({ ...params, model: 'claude-nobody' }, models))).toBe(true);
  });
});
