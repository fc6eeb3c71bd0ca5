/** Something that whoever runs this wants to be told outside, at `TICKET_WEBHOOK_URL`. */
export type WebhookEvent = {
  /** Unique and the same however often it is sent: receivers drop what they know. */
  readonly id: string;
  readonly type: WebhookEventType;
  /** ISO 8601. */
  readonly occurred_at: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export const WebhookEventType = {
  runCompleted: 'run.completed',
  runFailed: 'run.failed',
} as const;
export type WebhookEventType = (typeof WebhookEventType)[keyof typeof WebhookEventType];

/** Takes events that are to be delivered. @throws QueueError */
export type WebhookOutbox = { send(event: WebhookEvent): Promise<void> };
