const TELLING_WORDS = 4;
const MOST_CHARS = 120;

/**
 * What a ticket says in one line: the statement of its analysis; without one its redacted subject, and the beginning
 * of its body where the subject alone says little.
 */
export function evidenceText(
  statement: string | null,
  { subject, body }: { readonly subject: string; readonly body: string },
): string {
  if (statement !== null) return statement;
  const head = oneLine(subject);
  if (head.split(' ').length >= TELLING_WORDS) return head;
  const more = oneLine(body.slice(0, 4 * MOST_CHARS));
  if (more === '') return head;
  const text = head === '' ? more : `${head}: ${more}`;
  return text.length <= MOST_CHARS ? text : text.slice(0, MOST_CHARS).replace(/\s+\S*$/, '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
