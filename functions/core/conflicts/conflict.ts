import { contentHash } from '#core/json/content-hash.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { ResolutionStrategy } from './conflict-strategy.ts';

export { ConflictStrategy, ResolutionStrategy } from './conflict-strategy.ts';

/**
 * A local edit meets a change of the marketplace: what counts as a change, what as a conflict, how grave it is.
 *
 * An edited skill has three sides. **base** is what the marketplace said when the edit was made, **local** what
 * the edit made of it, **remote** what the marketplace says now. Only where both local and remote moved away
 * from base do they conflict. Where there is no base (a record from before it was kept) the two sides are held
 * against an empty record: then a field that both have and that differs was changed by both.
 */

/**
 * How a conflict ended: by a strategy, or by itself. `converged`: both sides became equal. `withdrawn`: one of
 * them went back to what it was before.
 */
export type ConflictEnd = ResolutionStrategy | 'converged' | 'withdrawn';

export const ConflictType = {
  version: 'VERSION_MISMATCH',
  content: 'CONTENT_MISMATCH',
  dependency: 'DEPENDENCY_CONFLICT',
  other: 'OTHER',
} as const;
export type ConflictType = (typeof ConflictType)[keyof typeof ConflictType];

export const ConflictSeverity = { critical: 'CRITICAL', high: 'HIGH', medium: 'MEDIUM', low: 'LOW' } as const;
export type ConflictSeverity = (typeof ConflictSeverity)[keyof typeof ConflictSeverity];

/** A conflict that waits for an admin, as its skill remembers it. Its sides are the skill's own. */
export type OpenConflict = {
  /** A ULID: its time is that of the detection. */
  readonly id: string;
  readonly type: ConflictType;
  readonly severity: ConflictSeverity;
  /** Milliseconds since 1970. */
  readonly detectedAt: number;
};

/** The sides of an edited skill. */
export type Sides = { readonly base: Skill | undefined; readonly local: Skill; readonly remote: Skill };

/** A conflict that is over, with all that it was about. */
export type ClosedConflict = OpenConflict &
  Sides & {
    readonly skillId: string;
    readonly strategy: ConflictEnd;
    /** An admin's subject; {@link BY_RULE} where nobody was asked. */
    readonly resolvedBy: string;
    readonly resolvedAt: number;
    /** The skill as it was served from then on. */
    readonly result: Skill;
  };

/** Stands for who resolved a conflict that nobody was asked about. */
export const BY_RULE = 'rule';

/** Whether a conflict ended as it was detected, and so never waited for an admin. */
export function wasNeverOpen({ resolvedBy, strategy }: ClosedConflict): boolean {
  return resolvedBy === BY_RULE && strategy !== 'converged' && strategy !== 'withdrawn';
}

/** The version of a skill that has none. */
export const NO_VERSION = '1.0.0';

/** What the marketplace alone says of a skill: a change of it is nobody's edit, and so never a conflict. */
const MARKETPLACE_ONLY: ReadonlySet<string> = new Set([
  ...['skill_id', 'id', 'created_at', 'updated_at'],
  ...['average_rating', 'rating_count', 'content_hash'],
]);

/** Lists that say the same in any order, repeated or not; an empty one says the same as none. */
const SETS: ReadonlySet<string> = new Set(['python_packages', 'npm_packages', 'tags']);

const SEVERITY_OF: Readonly<Record<string, ConflictSeverity>> = {
  code: ConflictSeverity.critical,
  command: ConflictSeverity.critical,
  local_files: ConflictSeverity.critical,
  version: ConflictSeverity.high,
  python_packages: ConflictSeverity.high,
  npm_packages: ConflictSeverity.high,
  parameters: ConflictSeverity.medium,
  metadata: ConflictSeverity.medium,
  env_vars: ConflictSeverity.medium,
};
const GRAVEST_FIRST = Object.values(ConflictSeverity);

/** How grave a difference in this field is. Fields that we don't know are `LOW`. */
export function severityOf(field: string): ConflictSeverity {
  return Object.hasOwn(SEVERITY_OF, field) ? (SEVERITY_OF[field] ?? 'LOW') : ConflictSeverity.low;
}

/** Whether the marketplace alone says this field. */
export function isMarketplaceOnly(field: string): boolean {
  return MARKETPLACE_ONLY.has(field);
}

/** The names of all comparable fields that any of the records has, in the order in which they are met. */
export function comparableFields(...records: readonly (Skill | undefined)[]): string[] {
  const names = new Set(records.flatMap((record) => Object.keys(record ?? {})));
  return [...names].filter((name) => !MARKETPLACE_ONLY.has(name));
}

/** A record's own field; what it only inherits (`toString`) is none of its fields. */
export function fieldOf(record: Skill | undefined, field: string): unknown {
  return record !== undefined && Object.hasOwn(record, field) ? record[field] : undefined;
}

/** Whether two values of a field say the same. `null` says the same as nothing. */
export function isSameValue(field: string, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return contentHash(comparable(field, a)) === contentHash(comparable(field, b));
}

function comparable(field: string, value: unknown): unknown {
  if (value === undefined || value === null) return SETS.has(field) ? [] : null;
  return SETS.has(field) && Array.isArray(value) ? [...new Set(value)].sort() : value;
}

/** Whether two records say the same, but for what the marketplace alone says. */
export function isSameSkill(a: Skill | undefined, b: Skill | undefined): boolean {
  return comparableFields(a, b).every((field) => isSameValue(field, fieldOf(a, field), fieldOf(b, field)));
}

/** One field in which local and remote differ. */
export type FieldDifference = {
  readonly field: string;
  readonly base: unknown;
  readonly local: unknown;
  readonly remote: unknown;
  readonly severity: ConflictSeverity;
  /** Who moved it away from base. */
  readonly changedBy: 'local' | 'remote' | 'both';
};

/** Every field in which local and remote differ, the gravest first, then by name. */
export function differencesOf({ base, local, remote }: Sides): FieldDifference[] {
  return comparableFields(base, local, remote)
    .map((field) => ({
      field,
      base: fieldOf(base, field),
      local: fieldOf(local, field),
      remote: fieldOf(remote, field),
      severity: severityOf(field),
    }))
    .filter((it) => !isSameValue(it.field, it.local, it.remote))
    .map((it) => ({ ...it, changedBy: whoChanged(it) }))
    .sort((a, b) => rank(a.severity) - rank(b.severity) || (a.field < b.field ? -1 : 1));
}

function whoChanged({
  field,
  base,
  local,
  remote,
}: Omit<FieldDifference, 'changedBy' | 'severity'>): FieldDifference['changedBy'] {
  if (isSameValue(field, base, local)) return 'remote';
  return isSameValue(field, base, remote) ? 'local' : 'both';
}

function rank(severity: ConflictSeverity): number {
  return GRAVEST_FIRST.indexOf(severity);
}

/** What kind of conflict two sides make, and how grave it is: by the gravest field that differs. */
export function classify(sides: Sides): Pick<OpenConflict, 'type' | 'severity'> {
  const [gravest] = differencesOf(sides);
  return { type: typeOf(sides), severity: gravest?.severity ?? ConflictSeverity.low };
}

function typeOf({ local, remote }: Sides): ConflictType {
  if ((local.version ?? NO_VERSION) !== (remote.version ?? NO_VERSION)) return ConflictType.version;
  if (!isSameContent(local, remote)) return ConflictType.content;
  const areSame = (field: string) => isSameValue(field, fieldOf(local, field), fieldOf(remote, field));
  return areSame('python_packages') && areSame('npm_packages') ? ConflictType.other : ConflictType.dependency;
}

function isSameContent(local: Skill, remote: Skill): boolean {
  const [ours, theirs] = [fieldOf(local, 'content_hash'), fieldOf(remote, 'content_hash')];
  if (typeof ours === 'string' && typeof theirs === 'string') return ours === theirs;
  return (local.code ?? '').trim() === (remote.code ?? '').trim();
}

/** What the three sides of an edited skill come to. */
export const ThreeWayState = {
  /** Both sides say the same. */
  converged: 'converged',
  /** The edit is back at its base: the marketplace's version is what there is. */
  localUnmoved: 'local_unmoved',
  /** The marketplace did not change what it said. */
  remoteUnmoved: 'remote_unmoved',
  conflict: 'conflict',
} as const;
export type ThreeWayState = (typeof ThreeWayState)[keyof typeof ThreeWayState];

/** Holds the three sides against each other. */
export function compareSides({ base, local, remote }: Sides): ThreeWayState {
  if (isSameSkill(local, remote)) return ThreeWayState.converged;
  if (base !== undefined && isSameSkill(local, base)) return ThreeWayState.localUnmoved;
  if (base !== undefined && isSameSkill(remote, base)) return ThreeWayState.remoteUnmoved;
  return ThreeWayState.conflict;
}

/**
 * A short name of what the three sides say. Two looks at a conflict that give the same one saw the same, be
 * the skill renewed or rated anew in between.
 */
export function revisionOf({ base, local, remote }: Sides): string {
  return contentHash([base === undefined ? null : said(base), said(local), said(remote)]);
}

/** The fields that say something, so that two records which are the same to {@link isSameSkill} look the same. */
function said(skill: Skill): Record<string, unknown> {
  const fields = comparableFields(skill).map((field) => [field, comparable(field, fieldOf(skill, field))]);
  return Object.fromEntries(fields.filter(([field, value]) => !isSameValue(String(field), value, undefined)));
}
