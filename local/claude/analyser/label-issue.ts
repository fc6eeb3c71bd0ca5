/** Names an issue by the statements of its tickets, as a model would be asked to. */
import { parseJson } from '#local/claude/http/wire.ts';
import { clip } from './sentences.ts';

const TITLE_LENGTH = 80;
const DESCRIPTION_LENGTH = 300;
/** Words that every other sentence has. */
const SMALL = new Set(
  'a an and are as at be by can cannot does doesn for from has have in is it its no not of on or t that the their they to user users when while with without'.split(
    ' ',
  ),
);

/** What a message with statements is answered with: fields by their names. None for any other message. */
export function labelOf(text: string): Readonly<Record<string, unknown>> {
  const statements = statementsIn(text);
  const chief = mostTypical(statements);
  if (chief === undefined) return {};
  const others = statements.filter((one) => one !== chief).slice(0, 2);
  const also = others.length === 0 ? '' : ` Also: ${others.map(withoutEnd).join('; ')}.`;
  return {
    title: clip(withoutEnd(chief), TITLE_LENGTH),
    description: clip(`[stand-in] ${withoutEnd(chief)}.${also}`, DESCRIPTION_LENGTH),
  };
}

function statementsIn(text: string): string[] {
  const [, inner = ''] = /<statements>([\s\S]*)<\/statements>/i.exec(text) ?? [];
  const value = parseJson(inner.trim());
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item) => typeof item === 'string' && item.trim() !== '') as string[];
}

/** The statement whose words most of the others have, too; of several the first. */
function mostTypical(statements: readonly string[]): string | undefined {
  const sets = statements.map(wordsOf);
  const counts = new Map<string, number>();
  for (const words of sets) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const scores = sets.map((words) => {
    const sum = [...words].reduce((total, word) => total + (counts.get(word) ?? 0), 0);
    return sum / Math.max(3, words.size);
  });
  return statements[scores.indexOf(Math.max(...scores))];
}

function wordsOf(statement: string): ReadonlySet<string> {
  const words = statement.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !SMALL.has(word)));
}

function withoutEnd(statement: string): string {
  return statement.trim().replace(/[.!]$/, '');
}
