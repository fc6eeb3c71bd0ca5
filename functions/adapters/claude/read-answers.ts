import * as z from 'zod';
import type { ClaudeModel, RemoteBatch } from '#core/tickets/claude.ts';
import { ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const count = z.int().min(0);

const batchSchema = z.object({
  id: z.string().min(1).max(200),
  processing_status: z.enum(['in_progress', 'canceling', 'ended']),
  request_counts: z.object({
    processing: count,
    succeeded: count,
    errored: count,
    canceled: count,
    expired: count,
  }),
  created_at: time,
  results_url: z.string().nullish(),
});

/** What a model can do; what is not told is not known to be missing. */
const ability = z.object({ supported: z.boolean() }).nullish();
const modelSchema = z.object({
  id: z.string().min(1),
  lifecycle: z.enum(['active', 'deprecated', 'retired']).default('active'),
  retires_at: time.nullish(),
  capabilities: z.object({ batch: ability, structured_outputs: ability }).nullish(),
});

/** A batch off the wire; undefined where it is none. */
export function readRemoteBatch(answer: unknown): RemoteBatch | undefined {
  const parsed = batchSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  const { id, processing_status, request_counts, created_at, results_url } = parsed.data;
  const total = Object.values(request_counts).reduce((sum, part) => sum + part, 0);
  const hasResults = typeof results_url === 'string';
  return { id, status: processing_status, total, createdAt: created_at, hasResults };
}

/** A model off the wire. @throws ClaudeUnavailableError where it is none */
export function readModel(answer: unknown): ClaudeModel {
  const parsed = modelSchema.safeParse(answer);
  if (!parsed.success) {
    const message = 'Claude sent a model that is not of the documented form.';
    throw new ClaudeUnavailableError(message, { mayBePaid: false });
  }
  const { id, lifecycle, retires_at, capabilities } = parsed.data;
  return {
    id,
    lifecycle,
    retiresAt: retires_at ?? undefined,
    canBatch: capabilities?.batch?.supported ?? true,
    canStructure: capabilities?.structured_outputs?.supported ?? true,
  };
}
