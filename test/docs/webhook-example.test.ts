import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { signWebhook } from '#core/tickets/webhook/sign-webhook.ts';

const KEY = 'a key of sixteen characters';
const NOW = Date.parse('2026-11-27T12:00:00Z');

type Verify = (
  headers: Readonly<Record<string, string>>,
  rawBody: string,
  key: string,
  nowMs: number,
) => boolean;

/** The code of the document, as a receiver would copy it. */
async function example(): Promise<Verify> {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/tickets.md', 'utf8')) ?? [];
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return module.isFromAtomSync;
}

describe('The receiver of docs/tickets.md', () => {
  const body = '{"id":"x"}';
  const signed = signWebhook({ id: 'x', body, atMs: NOW }, KEY);

  it('takes what we sign', async () => {
    expect((await example())(signed, body, KEY, NOW + 1_000)).toBe(true);
  });

  it.each<readonly [string, Parameters<Verify>]>([
    ['another body', [signed, '{"id":"y"}', KEY, NOW]],
    ['another key', [signed, body, `${KEY}!`, NOW]],
    ['a request that is old', [signed, body, KEY, NOW + 600_000]],
    ['another id', [{ ...signed, 'webhook-id': 'y' }, body, KEY, NOW]],
    ['a signature of another length', [{ ...signed, 'webhook-signature': 'v1,x' }, body, KEY, NOW]],
  ])('refuses %s', async (_what, request) => {
    expect((await example())(...request)).toBe(false);
  });
});
