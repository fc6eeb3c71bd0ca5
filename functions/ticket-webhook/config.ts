import * as z from 'zod';
import type { StackVariables } from '#core/function-variables.ts';

/** The environment of `ticket-webhook`. */
export const envSchema = z.object({
  TICKET_WEBHOOK_URL: z.url(),
  WEBHOOK_KEY_SECRET_ID: z.string().min(1),
  WEBHOOKS_QUEUE_URL: z.url(),
});

export type EnvVars = StackVariables<typeof envSchema>;
