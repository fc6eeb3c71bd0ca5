import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { evidenceText } from '#core/issues/trends/evidence-text.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';

/** A ticket of a file of questions (`sumo-*.jsonl.gz`), prepared as the sync prepares tickets. */
export type Question = {
  readonly id: string;
  readonly createdAt: number;
  readonly requester: string | null;
  /** What is shown of it. */
  readonly line: string;
  /** What is clustered where there is no analysis. */
  readonly text: string;
  readonly productArea: string | null;
};

const rowSchema = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  created_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  subject: z.string().nullish(),
  description_html: z.string().nullish(),
  topic: z.string().nullish(),
  requester: z.union([z.string(), z.number().transform(String)]).nullish(),
});

/**
 * The questions of a file, each once, the oldest first. Lines that are no question are counted and left out.
 *
 * @param path of JSON lines, compressed by gzip or not
 */
export function readQuestions(path: string): { readonly questions: Question[]; readonly rejected: number } {
  const bytes = readFileSync(path);
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const byId = new Map<string, Question>();
  let rejected = 0;
  for (const line of (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const question = questionOf(line);
    if (question === undefined) rejected++;
    else byId.set(question.id, question);
  }
  const questions = [...byId.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return { questions, rejected };
}

function questionOf(line: string): Question | undefined {
  const row = rowSchema.safeParse(parsed(line));
  if (!row.success) return undefined;
  const { id, created_at, subject, description_html, topic, requester } = row.data;
  const prepared = prepareText({ subject: subject ?? null, description: description_html ?? null });
  return {
    id,
    createdAt: created_at,
    requester: requester ?? null,
    line: evidenceText(null, prepared),
    text: `${prepared.subject}\n${prepared.body}`,
    productArea: topic ?? null,
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
