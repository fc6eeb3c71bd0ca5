/**
 * What cannot be seen, or changes how the rest is seen: format characters (zero width, bidirectional, soft hyphen,
 * byte order mark), tags U+E0000, variation selectors that hide bytes, fillers, and control characters other than tab
 * and line feed.
 */
const INVISIBLE =
  /[\p{Cf}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\u2800\u{E0000}-\u{E0FFF}]|(?![\t\n])\p{Cc}/gu;
/** Joins emoji and the letters of Indic and Arabic scripts: there it means something. */
const JOINER_IN_USE =
  /(?<=\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier})\u200D(?=\p{Extended_Pictographic})|(?<=\p{M})[\u200C\u200D](?=\p{L})|(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})/gu;
const KEPT_JOINER = '\uE0F0';
const KEPT_NON_JOINER = '\uE0F1';

/**
 * The same text in one spelling: line feeds, NFC, U+FFFD for lone surrogates and NUL, nothing invisible. Joiners stay
 * where a script or an emoji needs them.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll('\0', '\uFFFD')
    .replace(/[\uE0F0\uE0F1]/g, '')
    .replace(JOINER_IN_USE, (joiner) => (joiner === '\u200D' ? KEPT_JOINER : KEPT_NON_JOINER))
    .replace(INVISIBLE, '')
    .replace(/[\uE0F0\uE0F1]/g, (mark) => (mark === KEPT_JOINER ? '\u200D' : '\u200C'))
    .normalize('NFC');
}

/** At most so many UTF-16 units of a text, and never half of a pair. */
export function cutTo(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max);
}
