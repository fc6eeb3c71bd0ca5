import { Level } from '#core/governance-level.ts';

export { Level } from '#core/governance-level.ts';

/** What a route asks for: a level, or nothing at all, not even a token. */
export type RouteLevel = Level | 'public';

const ASCENDING: readonly Level[] = Object.values(Level);

/** Who calls. `level` is undefined for a valid token that names no level. */
export type Caller = { readonly subject: string; readonly level: Level | undefined };

/** The highest level among the names in a token. They must match exactly; unknown ones count for nothing. */
export function highestLevel(names: readonly string[]): Level | undefined {
  return ASCENDING.findLast((level) => names.includes(level));
}

/** True when a caller of this level may use what needs that one. */
export function reaches(level: Level | undefined, needed: Level): boolean {
  return level !== undefined && ASCENDING.indexOf(level) >= ASCENDING.indexOf(needed);
}
