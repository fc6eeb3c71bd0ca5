import * as z from 'zod';
import { parseIfJson } from '#core/json/json.ts';

export const WebhookEventType = {
  runCompleted: 'run.completed',
  runFailed: 'run.failed',
  incidentOpened: 'incident.opened',
  incidentClosed: 'incident.closed',
  issueNew: 'issue.new',
  issueRegressed: 'issue.regressed',
  digestReady: 'digest.ready',
} as const;
export type WebhookEventType = (typeof WebhookEventType)[keyof typeof WebhookEventType];

const eventSchema = z.object({
  id: z.string().regex(/^[\w.-]{1,128}$/),
  type: z.enum(WebhookEventType),
  occurred_at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});

/**
 * Something that whoever runs this wants to be told outside, at `TICKET_WEBHOOK_URL`. The `id` is unique, and the same
 * however often the event is sent: receivers drop what they know. `occurred_at` is ISO 8601.
 */
export type WebhookEvent = Readonly<z.output<typeof eventSchema>>;

/** Takes events that are to be delivered. @throws QueueError */
export type WebhookOutbox = { send(event: WebhookEvent): Promise<void> };

/** The event in a message of the queue; undefined where it is none of ours. */
export function parseWebhookEvent(text: string): WebhookEvent | undefined {
  return eventSchema.safeParse(parseIfJson(text)).data;
}
