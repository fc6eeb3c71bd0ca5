/** How far an agent or a person is trusted; each level may do what the ones below it may. */
export const Level = {
  student: 'STUDENT',
  intern: 'INTERN',
  supervised: 'SUPERVISED',
  autonomous: 'AUTONOMOUS',
} as const;
export type Level = (typeof Level)[keyof typeof Level];

/** What a route asks for: a level, or nothing at all, not even a token. */
export type RouteLevel = Level | 'public';

const ASCENDING: readonly Level[] = Object.values(Level);

/** Who calls. `level` is undefined for a valid token without any group that we know. */
export type Caller = { readonly subject: string; readonly level: Level | undefined };

/** The highest level among a token's groups. Names must match exactly; unknown ones count for nothing. */
export function highestLevel(groups: readonly string[]): Level | undefined {
  return ASCENDING.findLast((level) => groups.includes(level));
}

/** True when a caller of this level may use what needs that one. */
export function reaches(level: Level | undefined, needed: Level): boolean {
  return level !== undefined && ASCENDING.indexOf(level) >= ASCENDING.indexOf(needed);
}
