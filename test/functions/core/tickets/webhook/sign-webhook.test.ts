import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signWebhook } from '#core/tickets/webhook/sign-webhook.ts';

const KEY = 'a key of thirty-two characters!!';
const BODY = '{"type":"run.completed","text":"é 🚀"}';

/** How a receiver checks: with the library of the specification, which reads the real clock. */
function verify(body: string, headers: Record<string, string>, key = KEY) {
  return new Webhook(Buffer.from(key).toString('base64')).verify(body, headers);
}

describe('Function: signWebhook', () => {
  it('is believed by a receiver that follows Standard Webhooks', () => {
    const headers = signWebhook({ id: 'run.1', body: BODY, atMs: Date.now() }, KEY);
    expect(verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  it.each([
    ['another body', () => verify(`${BODY} `, signWebhook({ id: 'a', body: BODY, atMs: Date.now() }, KEY))],
    [
      'another id',
      () =>
        verify(BODY, { ...signWebhook({ id: 'a', body: BODY, atMs: Date.now() }, KEY), 'webhook-id': 'b' }),
    ],
    ['another key', () => verify(BODY, signWebhook({ id: 'a', body: BODY, atMs: Date.now() }, `${KEY}!`))],
    [
      'another time',
      () => verify(BODY, signWebhook({ id: 'a', body: BODY, atMs: Date.now() - 3_600_000 }, KEY)),
    ],
  ])('is not believed for %s', (_, check) => {
    expect(check).toThrow();
  });

  it('always gives the same for the same', () => {
    expect(signWebhook({ id: 'run.1', body: '{}', atMs: 1_700_000_000_999 }, 'key')).toEqual({
      'webhook-id': 'run.1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'v1,D9ThlsWFxN90fc1yjhWT7JXuuG6OhsH50iQ5ClxTNOo=',
    });
  });
});
