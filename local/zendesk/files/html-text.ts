/** Tags that begin a new line. */
const BREAKS = /<(?:br|\/?(?:p|div|li|ul|ol|pre|blockquote|h[1-6]|tr|table))\b[^<>]*>/gi;
const HIDDEN = /<(style|script)\b[^<>]*>[^<]*<\/\1>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The text of HTML the way a help desk makes a description of a mail: tags go, blocks become lines. */
export function textOfHtml(html: string): string {
  return html
    .replace(HIDDEN, '')
    .replace(BREAKS, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(#x?[\da-f]+|\w+);/gi, (entity, name: string) => decode(name) ?? entity)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function decode(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()];
  const isHex = name[1]?.toLowerCase() === 'x';
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
