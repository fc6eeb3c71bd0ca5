/** Which of the operator's product areas a ticket belongs to. */
import type { Analysis } from './analyse-ticket.ts';
import { plain } from './lexicon.ts';
import { AREA_TOPICS } from './topic-phrases.ts';

const OF_NO_AREA = ['other', 'unknown', 'none', 'general'];
const STEM_LENGTH = 5;
const TOPIC_WEIGHT = 2;
const FILLER = new Set(
  'about anything everything things with that this from into other and the for all are not'.split(' '),
);

/**
 * The area whose name, definition or usual topics appear most in the ticket; undefined where none does.
 *
 * @param instructions may define areas, one a line: `billing: invoices, payments`
 */
export function chooseArea(
  areas: readonly string[],
  analysis: Pick<Analysis, 'topics' | 'plainText'>,
  instructions: string,
): string | undefined {
  const candidates = areas.filter((area) => !OF_NO_AREA.includes(plain(area)));
  let best: { readonly area: string; readonly score: number } | undefined;
  for (const area of candidates) {
    const score = scoreOf(area, analysis, definitionOf(area, instructions));
    if (score > (best?.score ?? 0)) best = { area, score };
  }
  return best?.area;
}

function scoreOf(
  area: string,
  { topics, plainText }: Pick<Analysis, 'topics' | 'plainText'>,
  definition: string,
) {
  const parts = plain(area)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const known = new Set(parts.flatMap((part) => AREA_TOPICS[part] ?? []));
  let score = 0;
  for (const topic of known) score += TOPIC_WEIGHT * Math.min(3, topics.get(topic) ?? 0);
  const words = [...parts, ...plain(definition).split(/[^\p{L}\p{N}]+/u)];
  const stems = words
    .filter((word) => word.length > 3 && !FILLER.has(word))
    .map((word) => word.slice(0, STEM_LENGTH));
  for (const stem of new Set(stems)) if (isWordIn(stem, plainText)) score += 1;
  return score;
}

/** True where some word of the text begins so. */
function isWordIn(stem: string, text: string): boolean {
  for (let at = text.indexOf(stem); at >= 0; at = text.indexOf(stem, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return true;
  }
  return false;
}

/** What follows the area's name on a line of its own. */
function definitionOf(area: string, instructions: string): string {
  for (const line of instructions.split('\n')) {
    const at = line.indexOf(area);
    if (at < 0 || /[\p{L}\p{N}]/u.test(line.slice(0, at))) continue;
    const rest = line.slice(at + area.length);
    if (/^["'`*\s]*[:–—=(-]/.test(rest)) return rest;
  }
  return '';
}
