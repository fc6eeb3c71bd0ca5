import { describe, expect, it } from 'vitest';
import { WebhookFailedError } from '#adapters/webhook/post-webhook.ts';
import { QueueError } from '#core/errors.ts';
import { deliverEvent, EventReturnedError } from '#functions/ticket-webhook/deliver-event.ts';
import { SILENT } from '#test/engines/test-stores.ts';

const EVENT = { id: 'r.run.completed', type: 'run.completed', occurred_at: '2026-11-27T02:00:00Z', data: {} };
const MESSAGE = { body: JSON.stringify(EVENT), receipt: 'receipt', receiveCount: 1 };
const AT = Date.UTC(2026, 10, 27, 2);

/** Delivers a message to a receiver that takes it or does not. */
async function deliver(
  message = MESSAGE,
  receiver: { readonly fails?: Error; readonly queueFails?: Error } = {},
) {
  const posted: { readonly body: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  const postponed: number[] = [];
  const error = await deliverEvent(
    {
      post: async (body, headers) => {
        posted.push({ body, headers });
        if (receiver.fails) throw receiver.fails;
      },
      key: async () => 'key',
      postpone: async (receipt, delayMs) => {
        expect(receipt).toBe('receipt');
        postponed.push(delayMs);
        if (receiver.queueFails) throw receiver.queueFails;
      },
      now: () => AT,
      random: () => 0.5,
      log: SILENT,
    },
    message,
  ).catch((caught: unknown) => caught);
  return { posted, postponed, error };
}

describe('Function: deliverEvent', () => {
  it('posts the event, signed with the time of now', async () => {
    const { posted, postponed, error } = await deliver();
    expect(error).toBeUndefined();
    expect(postponed).toEqual([]);
    expect(posted).toHaveLength(1);
    expect(JSON.parse(posted[0]!.body)).toEqual(EVENT);
    expect(posted[0]!.headers).toMatchObject({
      'webhook-id': EVENT.id,
      'webhook-timestamp': String(AT / 1000),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
    });
  });

  it.each([
    [1, 10_000],
    [3, 300_000],
    [6, 21_600_000],
  ])('has an event come back after its %i. failure, after %i ms', async (receiveCount, delayMs) => {
    const fails = new WebhookFailedError('It answered 500.');
    const { postponed, error } = await deliver({ ...MESSAGE, receiveCount }, { fails });
    expect(error).toBeInstanceOf(EventReturnedError);
    expect(postponed).toEqual([delayMs]);
  });

  it('keeps an event that can not even be put back', async () => {
    const fails = new WebhookFailedError('It answered 500.');
    const { error } = await deliver(MESSAGE, { fails, queueFails: new QueueError('SQS is down.') });
    expect(error).toBeInstanceOf(EventReturnedError);
  });

  it('sends nothing of a message that is no event, and lets it run to the dead letters', async () => {
    const { posted, postponed, error } = await deliver({ ...MESSAGE, body: '{"type":"other"}' });
    expect(posted).toEqual([]);
    expect(postponed).toEqual([0]);
    expect(error).toBeInstanceOf(EventReturnedError);
  });
});
