import { APIConnectionError, APIError } from '@anthropic-ai/sdk/error';
import { describe, expect, it } from 'vitest';
import { classifyError } from '#adapters/claude/classify-error.ts';

type Told = { readonly type?: string; readonly message?: string; readonly code?: string };

function apiError(
  status: number,
  { type = 'some_error', message = 'ticket text', code }: Told = {},
  headers = {},
) {
  const details = code === undefined ? {} : { details: { error_code: code } };
  const body = { type: 'error', error: { type, message, ...details } };
  return APIError.generate(status, body, undefined, new Headers({ 'request-id': 'req_1', ...headers }));
}

const connection = (code: string) =>
  new APIConnectionError({
    message: 'Connection error.',
    cause: Object.assign(new Error('at 10.0.0.1'), { code }),
  });

describe('Function: classifyError', () => {
  it.each([
    [400, { message: 'schema: bad' }, 'claude_refused_request'],
    [400, { message: 'You have reached your specified API usage limits.' }, 'budget_exhausted'],
    [400, { message: 'Your credit balance is too low to access the Anthropic API.' }, 'budget_exhausted'],
    [401, {}, 'claude_auth'],
    [402, { type: 'billing_error' }, 'claude_auth'],
    [403, {}, 'claude_auth'],
    [404, {}, 'claude_model_unavailable'],
    [408, {}, 'claude_unavailable'],
    [409, {}, 'claude_unavailable'],
    [413, {}, 'claude_refused_request'],
    [422, {}, 'claude_refused_request'],
    [429, {}, 'claude_rate_limited'],
    [429, { code: 'ramp_limit_exceeded' }, 'claude_rate_limited'],
    [429, { code: 'enforced_spend_limit_reached' }, 'budget_exhausted'],
    [429, { code: 'contract_spend_limit_reached' }, 'budget_exhausted'],
    [500, {}, 'claude_unavailable'],
    [504, {}, 'claude_unavailable'],
    [529, {}, 'claude_unavailable'],
  ])('makes of %d %j: %s', (status, told, code) => {
    const error = classifyError(apiError(status, told), 0);

    expect(error).toMatchObject({ code });
    expect(error.message).toContain('request req_1');
    expect(error.message).not.toContain('ticket text');
  });

  it('takes over how long a limit lasts', () => {
    expect(classifyError(apiError(429, {}, { 'retry-after': '93' }), 0)).toMatchObject({
      retryAfterMs: 93_000,
    });
    expect(classifyError(apiError(429), 0)).toMatchObject({ retryAfterMs: undefined });
    const date = new Date(20_000).toUTCString();
    expect(classifyError(apiError(429, {}, { 'retry-after': date }), 5_000)).toMatchObject({
      retryAfterMs: 15_000,
    });
  });

  it.each([
    ['ECONNREFUSED', false],
    ['ENOTFOUND', false],
    ['ECONNRESET', true],
    ['UND_ERR_SOCKET', true],
  ])('knows whether a request can be paid whose connection failed by %s', (code, mayBePaid) => {
    const error = classifyError(connection(code), 0);

    expect(error).toMatchObject({ code: 'claude_unavailable', mayBePaid });
    expect(error.message).toBe(`Claude could not be had: ${code}.`);
  });

  it('takes an answer that somebody gave up waiting for to be paid perhaps', () => {
    expect(classifyError(apiError(504), 0)).toMatchObject({ mayBePaid: true });
    expect(classifyError(apiError(529), 0)).toMatchObject({ mayBePaid: false });
  });

  it('reads what a proxy answers in HTML', () => {
    const html = APIError.generate(413, undefined, '<html>cloudflare</html>', new Headers());

    expect(classifyError(html, 0)).toMatchObject({ code: 'claude_refused_request', isTooLarge: true });
    expect(classifyError(html, 0).message).not.toContain('html');
  });

  it('leaves an error alone that is classified already, wrapped or not', () => {
    const ours = classifyError(apiError(401), 0);

    expect(classifyError(ours, 0)).toBe(ours);
    expect(classifyError(new APIConnectionError({ message: '', cause: ours }), 0)).toBe(ours);
  });
});
