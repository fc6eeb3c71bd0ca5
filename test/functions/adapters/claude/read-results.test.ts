import { describe, expect, it } from 'vitest';
import { readResults } from '#adapters/claude/read-results.ts';
import type { BatchResult } from '#core/tickets/claude.ts';

const message = {
  id: 'msg_1',
  content: [{ type: 'text', text: 'Grüße 🎉' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 2 },
};
const line = (custom_id: string, result: unknown) => `${JSON.stringify({ custom_id, result })}\n`;

async function read(text: string, pieceBytes = 1): Promise<BatchResult[]> {
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const found: BatchResult[] = [];
  for await (const result of readResults(pieces())) found.push(result);
  return found;
}

describe('Function: readResults', () => {
  it.each([1, 7, 100_000])('reads every kind of result, in pieces of %d bytes', async (pieceBytes) => {
    const text = [
      line('b-2', { type: 'succeeded', message }),
      line('b-0', {
        type: 'errored',
        error: { type: 'error', error: { type: 'invalid_request_error', message: 'quotes a ticket' } },
      }),
      line('b-1', { type: 'canceled' }),
      line('b-3', { type: 'expired' }),
    ].join('');

    expect(await read(text, pieceBytes)).toEqual([
      {
        customId: 'b-2',
        outcome: {
          type: 'succeeded',
          requestId: 'msg_1',
          message: expect.objectContaining({ content: message.content }),
        },
      },
      { customId: 'b-0', outcome: { type: 'errored', errorType: 'invalid_request_error' } },
      { customId: 'b-1', outcome: { type: 'canceled' } },
      { customId: 'b-3', outcome: { type: 'expired' } },
    ]);
  });

  it('passes on without an outcome what nobody can read, and goes on', async () => {
    const text = `no json\n\n${line('b-0', { type: 'new_kind' })}${line('b-1', { type: 'succeeded', message: {} })}[1]\n${line('b-2', { type: 'expired' })}`;

    expect(await read(text)).toEqual([
      { customId: undefined },
      { customId: 'b-0' },
      { customId: 'b-1' },
      { customId: undefined },
      { customId: 'b-2', outcome: { type: 'expired' } },
    ]);
  });

  it('reads a last line without an end, and an error without a type', async () => {
    expect(await read(line('b-0', { type: 'errored', error: {} }).trim())).toEqual([
      { customId: 'b-0', outcome: { type: 'errored', errorType: 'unknown' } },
    ]);
  });
});
