import { hash } from 'node:crypto';
import { stemOf, wordsOf } from '#core/issues/clusters/vectors/text-words.ts';

/** So many stems tell what statements are about. */
const MOST_STEMS = 12;
/** Less than half of the stems in common: the statements have become others. */
const LEAST_COMMON = 0.5;
const HEX = 6;

/**
 * Fingerprint of statements: their most frequent stems, each as a short hash, in the order of the hashes. Which tickets
 * are examples changes with each new ticket; what most of them speak of changes only when the issue becomes another.
 */
export function labelBasis(statements: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const statement of statements) {
    const stems = new Set(wordsOf(statement).map(stemOf));
    stems.delete('');
    for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  const frequent = [...counts]
    .toSorted(([a, most], [b, next]) => next - most || (a < b ? -1 : 1))
    .slice(0, MOST_STEMS);
  const least = Math.max(1, Math.floor(statements.length / 4));
  const telling = frequent.filter(([, count]) => count >= least);
  return telling
    .map(([stem]) => hash('sha256', stem, 'hex').slice(0, HEX))
    .toSorted()
    .join('.');
}

/** Whether statements still speak of what a label was made of: of the shorter list of stems half is in the other. */
export function isSameBasis(before: string, now: string): boolean {
  if (before === now) return true;
  const [one, other] = [stemsIn(before), stemsIn(now)];
  const smaller = Math.min(one.size, other.size);
  const common = [...one].filter((stem) => other.has(stem)).length;
  return smaller > 0 && common >= LEAST_COMMON * smaller;
}

function stemsIn(basis: string): ReadonlySet<string> {
  return new Set(basis.split('.').filter((stem) => stem !== ''));
}
