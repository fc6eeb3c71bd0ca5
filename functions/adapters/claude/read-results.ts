import * as z from 'zod';
import { parseIfJson } from '#core/json/json.ts';
import { claudeMessageSchema } from '#core/tickets/analysis/claude-message.ts';
import type { BatchOutcome, BatchResult } from '#core/tickets/claude.ts';

/** An answer of Claude's is some thousand characters; a line of so many is none. */
const MAX_LINE = 16 * 1_024 * 1_024;

const customId = z.string().min(1).max(200);
const lineSchema = z.object({ custom_id: customId, result: z.looseObject({ type: z.string() }) });

const errorSchema = z.looseObject({
  error: z.looseObject({ error: z.looseObject({ type: z.string() }) }),
});

const succeededSchema = z.object({ message: z.looseObject({ id: z.string().optional() }) });

/**
 * Reads a batch's results line by line, as they come in: never more than a line of them is held. A line that nobody
 * can read is passed on without an outcome, and keeps none of the others from being read.
 *
 * @throws the body's own error where the connection breaks
 */
export async function* readResults(body: AsyncIterable<Uint8Array>): AsyncGenerator<BatchResult> {
  for await (const line of linesOf(body)) {
    if (line.trim() !== '') yield readLine(line);
  }
}

function readLine(line: string): BatchResult {
  const parsed = lineSchema.safeParse(parseIfJson(line));
  if (!parsed.success) return { customId: undefined };
  const { custom_id, result } = parsed.data;
  const outcome = outcomeOf(result);
  return { customId: custom_id, ...(outcome && { outcome }) };
}

function outcomeOf(result: { readonly type: string }): BatchOutcome | undefined {
  switch (result.type) {
    case 'succeeded':
      return succeeded(result);
    case 'errored':
      return errored(result);
    case 'canceled':
    case 'expired':
      return { type: result.type };
    default:
      return undefined;
  }
}

function succeeded(result: unknown): BatchOutcome | undefined {
  const envelope = succeededSchema.safeParse(result);
  if (!envelope.success) return undefined;
  const message = claudeMessageSchema.safeParse(envelope.data.message);
  if (!message.success) return undefined;
  // A result has no request of its own; the message's id is what Anthropic finds it by.
  return { type: 'succeeded', message: message.data, requestId: envelope.data.message.id ?? '' };
}

/** The type of error is nested twice: `result.error.error.type`. What else it says may quote the ticket. */
function errored(result: unknown): BatchOutcome {
  const parsed = errorSchema.safeParse(result);
  const type = parsed.success ? parsed.data.error.error.type : 'unknown';
  return { type: 'errored', errorType: /^\w{1,60}$/.test(type) ? type : 'unknown' };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    yield* lines;
  }
  yield rest + decoder.decode();
}
