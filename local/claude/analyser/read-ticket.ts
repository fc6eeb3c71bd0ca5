/** Takes the ticket out of a prompt. */
import { isRecord, parseJson } from '#local/claude/http/wire.ts';

/** A ticket as the analyser reads it. */
export type Ticket = { readonly subject: string; readonly body: string };

type Content = string | readonly { readonly type: string; readonly text?: string }[];
type Turn = { readonly role: string; readonly content: Content };

const SUBJECT_LINE = /^\s*(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp)\s*:\s*(.*?)(?:\r?\n|$)/i;
const SUBJECT_KEYS = ['subject', 'title', 'raw_subject'];
const BODY_KEYS = ['description', 'body', 'text', 'message', 'content', 'comment'];

/** The text of the last turn of the user: what is paid for and what the ticket is in. */
export function userText(messages: readonly Turn[]): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return last === undefined ? '' : textOf(last.content);
}

/** The text of some content, its blocks joined by empty lines. */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content.flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n\n');
}

/**
 * Reads the ticket in a user's message: a JSON string, a JSON object with subject and description, or plain text, in an
 * element `<ticket>`; without one the whole message is the ticket.
 */
export function readTicket(text: string): Ticket {
  const [, inner = text] = /<ticket\b[^>]*>([\s\S]*)<\/ticket>/i.exec(text) ?? [];
  const value = parseJson(inner.trim());
  if (typeof value === 'string') return splitSubject(value);
  if (isRecord(value)) return ofRecord(value);
  return splitSubject(inner);
}

function ofRecord(value: Record<string, unknown>): Ticket {
  const nested = value.ticket;
  if (isRecord(nested)) return ofRecord(nested);
  const subject = firstText(value, SUBJECT_KEYS);
  const body = firstText(value, BODY_KEYS) ?? (subject === undefined ? allText(value) : '');
  return { subject: subject ?? '', body };
}

function firstText(value: Record<string, unknown>, keys: readonly string[]): string | undefined {
  return keys.map((key) => value[key]).find((text) => typeof text === 'string' && text !== '') as
    | string
    | undefined;
}

function allText(value: Record<string, unknown>): string {
  return Object.values(value)
    .filter((part) => typeof part === 'string')
    .join('\n');
}

function splitSubject(text: string): Ticket {
  const match = SUBJECT_LINE.exec(text);
  if (!match) return { subject: '', body: text.trim() };
  const body = text.slice(match[0].length).replace(/^\s*(?:description|body|text)\s*:\s*/i, '');
  return { subject: (match[1] ?? '').trim(), body: body.trim() };
}
