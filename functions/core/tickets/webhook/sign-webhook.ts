import { createHmac } from 'node:crypto';

/** What is signed: the very bytes that are sent, their id, and when they are sent. */
export type Signable = { readonly id: string; readonly body: string; readonly atMs: number };

/**
 * The headers that prove where a request comes from, by the Standard Webhooks specification
 * (https://www.standardwebhooks.com): HMAC-SHA256 over `<id>.<seconds since 1970>.<body>`. A receiver refuses one whose
 * time is minutes away from its own, so that a request that was caught can't be sent again later.
 *
 * @param key the shared secret; receivers that use a library of that specification give it the key in Base64
 */
export function signWebhook({ id, body, atMs }: Signable, key: string): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}
