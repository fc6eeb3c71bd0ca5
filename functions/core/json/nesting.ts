import { isRawNumber } from './json.ts';

/** The deepest nesting of a record. JSON writers recurse: about 4,000 levels overflow their stack. */
export const MAX_LEVELS = 200;

/** Whether a JSON value is nested deeper than `levels`. It recurses no deeper than that itself. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
