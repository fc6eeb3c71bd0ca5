import * as z from 'zod';

const count = z.number().int().nonnegative();

/** What a call used, in tokens, as Claude reports it. The whole input is the sum of the three kinds of input. */
export const usageSchema = z.object({
  /** Input that was neither read from the cache nor written to it. */
  input_tokens: count,
  /** Thinking included. */
  output_tokens: count,
  cache_creation_input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  /** How the written part splits by how long it is kept; without it all of it is kept for five minutes. */
  cache_creation: z
    .object({ ephemeral_5m_input_tokens: count.nullish(), ephemeral_1h_input_tokens: count.nullish() })
    .nullish(),
});
export type Usage = Readonly<z.infer<typeof usageSchema>>;

/** The part of an answer of Claude's that is read here. Blocks of any type may be in it, thinking first. */
export const claudeMessageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string() })),
  /** Why the answer ended; values that are not known yet are kept. */
  stop_reason: z.string().nullable(),
  stop_details: z.unknown().optional(),
  usage: usageSchema,
});
export type ClaudeMessage = Readonly<z.infer<typeof claudeMessageSchema>>;
