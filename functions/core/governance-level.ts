/** How far an agent or a person is trusted, the lowest first; each level may do what the ones below it may. */
export const Level = {
  student: 'STUDENT',
  intern: 'INTERN',
  supervised: 'SUPERVISED',
  autonomous: 'AUTONOMOUS',
} as const;
export type Level = (typeof Level)[keyof typeof Level];

/** What the scopes of machines belong to: the name of the resource server in the user pool. */
export const RESOURCE_SERVER = 'atom-sync';

const SCOPE_PREFIX = `${RESOURCE_SERVER}/`;

/** The scope that gives a machine a level. */
export function scopeOf(level: Level): string {
  return `${SCOPE_PREFIX}${level}`;
}

/** What a scope says of a level: the part behind our name; undefined for the scope of anything else. */
export function nameInScope(scope: string): string | undefined {
  return scope.startsWith(SCOPE_PREFIX) ? scope.slice(SCOPE_PREFIX.length) : undefined;
}
