import { isRawNumber } from './json.ts';

/** Deepest nesting that a record may have. JSON writers recurse: some 4,000 levels overflow their stack. */
export const MAX_LEVELS = 200;

/** True when a JSON value is nested deeper than so many levels. Never goes deeper than that itself. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
