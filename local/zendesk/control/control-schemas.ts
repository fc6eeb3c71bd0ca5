/** What the control endpoint accepts: every body is checked, unknown keys are refused. */
import { z } from 'zod';
import { faultSchema } from '#local/zendesk/faults/fault-schema.ts';
import { ticketOperationSchema } from '#local/zendesk/tickets/ticket-operation.ts';

const limit = z.union([z.int().min(1), z.literal('off')]);

/** `POST /faults`: one fault or several. */
export const faultsBody = z.union([faultSchema.transform((fault) => [fault]), z.array(faultSchema).min(1)]);

/** `POST /tickets`: one operation or several. */
export const operationsBody = z.union([
  ticketOperationSchema.transform((operation) => [operation]),
  z.array(ticketOperationSchema).min(1),
]);

/** `PATCH /settings`; what is left out stays. */
export const settingsBody = z.strictObject({
  incrementalPerMinute: limit.optional(),
  accountPerMinute: limit.optional(),
  rateHeaders: z.enum(['both', 'seen', 'documented', 'none']).optional(),
  tooMany: z
    .strictObject({
      body: z.enum(['json', 'text']),
      retryAfter: z.union([z.literal('resets'), z.literal('absent'), z.number().min(0)]),
    })
    .optional(),
  withholdSeconds: z.number().min(0).optional(),
  /** null = no page is too large. */
  timeoutAbovePageSize: z.int().min(1).nullable().optional(),
  role: z.enum(['admin', 'agent', 'end-user']).optional(),
  forbiddenBody: z.enum(['json', 'empty', 'html']).optional(),
  latencyMs: z.number().min(0).max(600_000).optional(),
  apiTokensEndAt: z.iso.datetime().optional(),
});

/** `POST /clock/advance`. */
export const advanceBody = z.strictObject({ ms: z.number() });

/** `PUT /clock`. */
export const clockBody = z.strictObject({ time: z.iso.datetime() });

/** `POST /tokens/expire`: one token, or all. */
export const expireBody = z.strictObject({ token: z.string().min(1).optional() });
