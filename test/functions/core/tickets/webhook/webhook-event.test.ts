import { expect, it } from 'vitest';
import { parseWebhookEvent } from '#core/tickets/webhook/webhook-event.ts';

const EVENT = {
  id: '01K.run.completed',
  type: 'run.completed',
  occurred_at: '2026-11-27T02:00:00Z',
  data: { n: 1 },
};

it('reads an event back as it was sent', () => {
  expect(parseWebhookEvent(JSON.stringify(EVENT))).toEqual(EVENT);
});

it.each([
  '',
  'no JSON',
  'null',
  '{}',
  JSON.stringify({ ...EVENT, type: 'run.exploded' }),
  JSON.stringify({ ...EVENT, id: 'a\r\nwebhook-id: b' }),
  JSON.stringify({ ...EVENT, occurred_at: 'yesterday' }),
  JSON.stringify({ ...EVENT, data: [] }),
])('takes %j for none of ours', (text) => {
  expect(parseWebhookEvent(text)).toBeUndefined();
});
