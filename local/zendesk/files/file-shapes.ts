/** The shapes of rows that ticket files may have; `../shared/data/tickets/README.md` describes them. */
import { z } from 'zod';
import { scramble } from '#local/random.ts';
import type { CommentInput, TicketInput } from '#local/zendesk/tickets/stored-ticket.ts';
import { isoSeconds } from '#local/zendesk/tickets/wire-ticket.ts';
import { textOfHtml } from './html-text.ts';

/** A row, read; its times as they stand in the file, epoch milliseconds. */
export type FileRow = {
  readonly createdMs?: number;
  readonly updatedMs?: number;
  readonly toTicket: (createdMs: number, updatedMs: number) => TicketInput;
};

/** One shape: the columns that tell it from the others, what a row must be, and how it becomes a ticket. */
export type FileShape = {
  readonly marks: readonly string[];
  readonly isDated: boolean;
  readonly schema: z.ZodType;
  readonly read: (row: unknown, index: number) => FileRow;
};

const QUESTION_REQUESTERS = 382_000_000_000;
const SYNTHETIC_REQUESTERS = 383_000_000_000;
const THREAD_REQUESTERS = 384_000_000_000;
const AGENT_ID = 370_000_000_001;
const ANSWER_AFTER_MS = 40_000;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const question = z.object({
  id: z.int().min(1),
  created_at: time,
  updated_at: time,
  subject: z.string().nullable(),
  description_html: z.string(),
  tags: z.array(z.string()),
  topic: z.string().nullish(),
  locale: z.string().nullish(),
  requester: z.string(),
});

const synthetic = z.object({
  subject: z.string().nullable(),
  body: z.string(),
  answer: z.string().nullish(),
  type: z.string().nullish(),
  priority: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});

const thread = z.object({
  id: z.int().min(0),
  first_utterance: z.string(),
  turns: z.array(z.object({ role: z.enum(['customer', 'agent']), text: z.string() })),
});

/** Every shape that is understood. */
export const SHAPES: readonly FileShape[] = [
  shape(['description_html', 'created_at', 'requester'], question, true, readQuestion),
  shape(['subject', 'body'], synthetic, false, readSynthetic),
  shape(['first_utterance', 'turns'], thread, false, readThread),
];

function shape<Row>(
  marks: readonly string[],
  schema: z.ZodType<Row>,
  isDated: boolean,
  read: (row: Row, index: number) => FileRow,
): FileShape {
  return { marks, schema, isDated, read: (row, index) => read(row as Row, index) };
}

function readQuestion(row: z.infer<typeof question>): FileRow {
  return {
    createdMs: row.created_at,
    updatedMs: row.updated_at,
    toTicket: (createdMs, updatedMs) => ({
      id: row.id,
      created_at: isoSeconds(createdMs),
      updated_at: isoSeconds(updatedMs),
      subject: row.subject,
      description: textOfHtml(row.description_html),
      description_html: row.description_html,
      tags: [
        ...row.tags,
        ...(row.topic ? [`topic_${row.topic}`] : []),
        ...(row.locale ? [`locale_${row.locale}`] : []),
      ],
      requester_id: QUESTION_REQUESTERS + numberOf(row.requester),
      channel: 'web',
    }),
  };
}

const TYPES = { incident: 'incident', problem: 'problem', request: 'question', change: 'task' } as const;
const PRIORITIES = { low: 'low', medium: 'normal', high: 'high', critical: 'urgent' } as const;

function readSynthetic(row: z.infer<typeof synthetic>, index: number): FileRow {
  return {
    toTicket: (createdMs) => ({
      id: index + 1,
      created_at: isoSeconds(createdMs),
      subject: row.subject,
      description: row.body,
      type: TYPES[row.type?.toLowerCase() as keyof typeof TYPES] ?? null,
      priority: PRIORITIES[row.priority?.toLowerCase() as keyof typeof PRIORITIES] ?? null,
      tags: (row.tags ?? []).map((tag) => tag.toLowerCase().replaceAll(' ', '_')),
      // Four of five write once.
      requester_id: SYNTHETIC_REQUESTERS + (index % 5 === 0 ? scramble(index) % 200 : 1000 + index),
      comments: row.answer ? answers(createdMs, [{ role: 'agent', text: row.answer }]) : [],
    }),
  };
}

function readThread({ id, first_utterance, turns }: z.infer<typeof thread>): FileRow {
  return {
    toTicket: (createdMs) => ({
      id: id + 1,
      created_at: isoSeconds(createdMs),
      subject: null,
      description: withoutMarks(first_utterance),
      requester_id: THREAD_REQUESTERS + id,
      channel: 'twitter',
      comments: answers(
        createdMs,
        turns.map(({ role, text }) => ({ role, text: withoutMarks(text) })),
      ),
    }),
  };
}

/** What came after the first message; all of it soon enough to be in the first export. */
function answers(
  createdMs: number,
  turns: readonly { readonly role: 'customer' | 'agent'; readonly text: string }[],
): CommentInput[] {
  const stepMs = ANSWER_AFTER_MS / (turns.length + 1);
  return turns.map(({ role, text }, index) => ({
    body: text,
    ...(role === 'agent' && { author_id: AGENT_ID }),
    created_at: isoSeconds(createdMs + (index + 1) * stepMs),
  }));
}

/** A number of a pseudonym such as `u_e52f6a88`; of any other text one that is as good as its own. */
function numberOf(pseudonym: string): number {
  const [, hex] = /^u_([\da-f]{1,8})$/.exec(pseudonym) ?? [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return [...pseudonym].reduce((hash, sign) => scramble(hash ^ (sign.codePointAt(0) ?? 0)), 1);
}

/** The threads' marks of who speaks and whom they mean. */
function withoutMarks(text: string): string {
  return text
    .replaceAll(/<cust__|__cust>/g, '')
    .replaceAll(/_?\s*__cust__/g, '')
    .replaceAll(/_?\s*__company__/g, ' @atom')
    .trim();
}
