import { cleanText, cutTo } from '#core/tickets/text/clean-text.ts';

const MARKDOWN_LINK = /!?\[([^[\]]{0,400})\]\([^()]{0,2000}\)/g;
const PLACEHOLDER = /^[A-Z]{2,5}_\d{1,6}$/;
const TAG = /<[!/?]?[a-zA-Z][^<>]{0,2000}>|<!--|-->/g;
/** What is left of one piece of markup may be another: `<<b>script>`. */
const MAX_PASSES = 5;

/** Text of the model's as one line of plain text: no markup, links, control or invisible characters. */
export function plainLine(text: string): string {
  let plain = cleanText(text);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = plain;
    plain = plain.replace(MARKDOWN_LINK, linkText).replace(TAG, '');
    if (plain === before) break;
  }
  return plain
    .replace(/```[a-z]{0,20}|[*_]{2,3}(?=\S)|(?<=\S)[*_]{2,3}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** At most so many characters; an ellipsis says that there were more. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${cutTo(text, max - 1).trimEnd()}…`;
}

function linkText(_whole: string, label: string): string {
  return PLACEHOLDER.test(label) ? `[${label}]` : label;
}
