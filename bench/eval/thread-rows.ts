import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';

const FILE = 'twitter-airlines-threads.jsonl.gz';
const rowSchema = z.object({ id: z.union([z.string(), z.number()]), first_utterance: z.string() });

/**
 * First messages of real support threads, as tickets without an analysis: they fill up where the questions are too few.
 *
 * @param most how many
 * @param at when all of them were written, in milliseconds since 1970
 */
export function readThreads(
  folder: string,
  { most, at }: { readonly most: number; readonly at: number },
): GroupedTicket[] {
  if (most === 0 || !existsSync(`${folder}/${FILE}`)) return [];
  const lines = gunzipSync(readFileSync(`${folder}/${FILE}`))
    .toString('utf8')
    .split('\n');
  return lines
    .filter((line) => line !== '')
    .slice(0, most)
    .map((line) => ticketOf(rowSchema.parse(JSON.parse(line)), at));
}

function ticketOf({ id, first_utterance }: z.infer<typeof rowSchema>, createdAt: number): GroupedTicket {
  const { body } = prepareText({ subject: null, description: first_utterance });
  return {
    ...{ id: `thread ${id}`, revision: 1, createdAt, requester: `thread ${id}`, text: body, line: body },
    ...{ summary: null, language: null, kind: null, severity: null, productArea: null, confidence: null },
    ...{ analysis: 'pending', mergedInto: null, issueId: null },
  };
}
