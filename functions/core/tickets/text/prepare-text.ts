import { cleanText, cutTo } from './clean-text.ts';
import { htmlText } from './html-text.ts';
import { collapseLogs } from './log-runs.ts';
import { createRedactor } from './redact.ts';
import { withoutQuotes } from './reply-text.ts';
import { withoutSignature } from './signature.ts';

/** The text of a ticket as Zendesk gives it; what isn't there is null. */
export type RawTicketText = { readonly subject: string | null; readonly description: string | null };

/** The text of a ticket as it is stored and analysed: redacted, clean and bounded. */
export type PreparedText = {
  readonly subject: string;
  readonly body: string;
  /** Something of it was left out: the middle of a long text or of a log. */
  readonly isTruncated: boolean;
  /** Neither letters, digits nor emoji. */
  readonly isEmpty: boolean;
  /** Zendesk has deleted the ticket for good, and only a mark is left in its place. */
  readonly isScrubbed: boolean;
};

/** The most characters of a subject and a body. */
export const MAX_SUBJECT = 500;
export const MAX_BODY = 6_000;

const MARKER = '\n[… cut …]\n';
/** The beginning says most; the end has the newest lines of a log. */
const HEAD_SHARE = 2 / 3;

/**
 * Prepares the text of a ticket. Personal data is replaced before anything is cut, over subject and body with the same
 * numbers. Takes time in proportion to the length, whatever the text is.
 */
export function prepareText({ subject, description }: RawTicketText): PreparedText {
  const redact = createRedactor();
  const title = oneLine(redact(cleanText(htmlText(subject ?? ''))));
  const logs = collapseLogs(written(description ?? ''));
  const whole = squeeze(redact(logs.text));
  const body = cutMiddle(whole);
  const cutTitle = cutTo(title, MAX_SUBJECT);
  return {
    subject: cutTitle,
    body,
    isTruncated: logs.leftOut > 0 || body !== whole || cutTitle !== title,
    isEmpty: !hasContent(title) && !hasContent(body),
    isScrubbed: isScrubbed(subject ?? '', description ?? ''),
  };
}

/** What the requester wrote. Entities may stand for invisible characters, so cleaning comes after them. */
function written(description: string): string {
  return withoutSignature(withoutQuotes(cleanText(htmlText(description))));
}

function squeeze(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cutMiddle(text: string): string {
  if (text.length <= MAX_BODY) return text;
  const room = MAX_BODY - MARKER.length;
  const head = cutTo(text, Math.floor(room * HEAD_SHARE));
  const tail = text.slice(head.length - room);
  // A tail that begins with the second half of a pair loses it.
  return `${withoutLastPart(head)}${MARKER}${tail.replace(/^[\uDC00-\uDFFF]/, '').replace(/^[A-Z]{0,5}_?\d{0,6}\]/, '')}`;
}

/** Without a placeholder of which the cut has left only the beginning. */
function withoutLastPart(head: string): string {
  return head.replace(/\[[A-Z]{0,5}_?\d{0,6}$/, '');
}

function hasContent(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
}

/** The exact mark is not documented: the word, alone or with another two beside it, or blocks. */
const SCRUBBED =
  /^[^\p{L}]{0,5}(?:(?:scrubbed|permanently deleted)[^\p{L}]{0,5}|(?:[\w#]{1,12} )?SCRUBBED(?: [\w#]{1,12})?\W{0,5}|[▇█■\s]{2,})$/iu;

/** Both are a mark or empty, and at least one is a mark. */
function isScrubbed(subject: string, description: string): boolean {
  const texts = [subject.trim(), description.trim()].filter((text) => text !== '');
  return texts.length > 0 && texts.every((text) => text.length < 10_000 && SCRUBBED.test(text));
}
