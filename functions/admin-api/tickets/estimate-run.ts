import type { TicketServices } from '#functions/admin-api/ports.ts';
import { analysisCost } from './analysis-cost.ts';

/** As many tickets tell how long the others are. */
const SAMPLE = 100;
/** Analysed directly, many at once. */
const DIRECT_PER_MINUTE = 1_000;
/** Most batches have ended by then; Claude promises a day. */
const BATCH_MINUTES = 60;

/** What a pipeline would cost and how long it would take. */
export type RunEstimate = {
  readonly tickets: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number;
  readonly minutes: number;
};

/**
 * Estimates a pipeline by the tickets that wait for their analysis, without any call outside: those that a sync would
 * bring are not known.
 */
export async function estimateRun({ store, settings }: TicketServices): Promise<RunEstimate> {
  const { pending: tickets } = await store.counts();
  const sample = tickets === 0 ? [] : await store.pending(SAMPLE);
  const isDirect = tickets <= settings.directMax;
  const cost = analysisCost(tickets, sample, settings, isDirect ? 'direct' : 'batch');
  const directMinutes = Math.ceil(tickets / DIRECT_PER_MINUTE);
  return {
    tickets,
    input_tokens: cost.inputTokens,
    output_tokens: cost.outputTokens,
    cost_usd: cost.microUsd / 1_000_000,
    minutes: isDirect ? directMinutes : BATCH_MINUTES,
  };
}
