import { errorCode } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { ReceivedMessage } from '#core/received-message.ts';
import { signWebhook } from '#core/tickets/webhook/sign-webhook.ts';
import { parseWebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import { webhookDelayMs } from '#core/tickets/webhook/webhook-retry.ts';
import type { Now, Random } from '#core/time/clock.ts';

export type DeliverDeps = {
  /** Sends one request. Throws whatever the receiver did not take. */
  readonly post: (body: string, headers: Readonly<Record<string, string>>) => Promise<void>;
  /** The key that signs. */
  readonly key: () => Promise<string>;
  /** Has a message come back after so long. */
  readonly postpone: (receipt: string, delayMs: number) => Promise<void>;
  readonly now: Now;
  readonly random: Random;
  readonly log: Log;
};

/** A message has to return to the queue. It is no fault of the function. */
export class EventReturnedError extends Error {
  override readonly name = 'EventReturnedError';
}

/**
 * Delivers one event, signed anew at each attempt. One that the receiver did not take comes back after a while that
 * grows; after the last attempt the queue moves it to the dead letters.
 *
 * @throws EventReturnedError when the queue has to keep it
 */
export async function deliverEvent(deps: DeliverDeps, message: ReceivedMessage): Promise<void> {
  const { log } = deps;
  const event = parseWebhookEvent(message.body);
  if (event === undefined) {
    log.error('a message that is no event goes to the dead letters', { receives: message.receiveCount });
    return returnToQueue(deps, message, 0);
  }
  const body = JSON.stringify(event);
  try {
    const headers = signWebhook({ id: event.id, body, atMs: deps.now() }, await deps.key());
    await deps.post(body, headers);
    log.info('event delivered', { event_id: event.id, attempt: message.receiveCount });
  } catch (error) {
    const facts = { event_id: event.id, attempt: message.receiveCount, code: errorCode(error) };
    log.warn('an event could not be delivered', { ...facts, error });
    return returnToQueue(deps, message, webhookDelayMs(message.receiveCount, deps.random));
  }
}

async function returnToQueue(
  deps: DeliverDeps,
  { receipt }: ReceivedMessage,
  delayMs: number,
): Promise<never> {
  // Where that can't be said, the queue's own time passes instead.
  await deps.postpone(receipt, delayMs).catch((error: unknown) => {
    deps.log.warn('an event could not be put back', { error });
  });
  throw new EventReturnedError(`The event comes back after ${delayMs} ms.`);
}
