import type { Skill } from '#core/skills/skill.ts';
import { parseInstant } from '#core/time/instant.ts';
import {
  comparableFields,
  fieldOf,
  isMarketplaceOnly,
  isSameSkill,
  isSameValue,
  NO_VERSION,
  type ResolutionStrategy,
  type Sides,
  severityOf,
} from './conflict.ts';

/** What is left of an edit: the edited skill and the marketplace's version that it now starts from. */
export type KeptEdit = { readonly local: Skill; readonly base: Skill | undefined };

/**
 * What a strategy makes of a conflict.
 *
 * @returns the edit after it, on the marketplace's version as its new base; undefined where the edit is dropped
 *   and the marketplace's version is what there is
 */
export function applyStrategy(strategy: ResolutionStrategy, sides: Sides): KeptEdit | undefined {
  const { local, remote } = sides;
  if (strategy === 'remote_wins') return undefined;
  if (strategy === 'local_wins') return { local, base: remote };
  const merged = mergeSides(sides);
  return isSameSkill(merged, remote) ? undefined : { local: merged, base: remote };
}

/**
 * Merges field by field. What only one side changed takes that side; what both did is decided by the field.
 * What the marketplace alone says is taken from it, but for `updated_at`, the later one, and `content_hash`,
 * which stays with the code that it belongs to.
 */
export function mergeSides(sides: Sides): Skill {
  const { base, local, remote } = sides;
  const merged = comparableFields(local, remote, base).map((field): [string, unknown] => {
    const [was, ours, theirs] = [fieldOf(base, field), fieldOf(local, field), fieldOf(remote, field)];
    if (isSameValue(field, ours, was)) return [field, theirs];
    if (isSameValue(field, theirs, was) || isSameValue(field, ours, theirs)) return [field, ours];
    return [field, mergeField(field, ours, theirs)];
  });
  const fields = merged.filter(([, value]) => value !== undefined);
  const skill = { ...marketplaceSays(remote), ...Object.fromEntries(fields) } as Skill;
  return withOwnStamps(skill, sides);
}

/** A field that both sides changed, each to something else. */
function mergeField(field: string, ours: unknown, theirs: unknown): unknown {
  if (severityOf(field) === 'CRITICAL') return ours;
  switch (field) {
    case 'python_packages':
    case 'npm_packages':
      return sortedUnion(ours, theirs);
    case 'version':
      return mergedVersion(ours, theirs);
    case 'description':
    case 'tags':
    case 'examples':
    case 'metadata':
      return sizeOf(ours) === 0 || sizeOf(theirs) > sizeOf(ours) ? theirs : ours;
    default:
      return sizeOf(ours) === 0 ? theirs : ours;
  }
}

function sortedUnion(ours: unknown, theirs: unknown): unknown[] {
  const all = [ours, theirs].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  return [...new Set(all)].sort();
}

/** Characters of a text, entries of a list, fields of an object; 0 for nothing. */
function sizeOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' ? Object.keys(value).length : 1;
}

/**
 * `<local>+merged.<remote>`, where what follows the plus is build metadata by semver's rules whatever the two
 * look like. An earlier merge gives way: merging again and again does not grow.
 *
 * @example mergedVersion('1.2.0+merged.1.3.0', '2.0.0-rc.1+x') // '1.2.0+merged.2.0.0-rc.1.x'
 */
export function mergedVersion(ours: unknown, theirs: unknown): string {
  const [head = '', ...rest] = versionText(ours).split('+');
  const kept = identifiers(rest.join('.'));
  const earlier = kept.indexOf('merged');
  const own = earlier === -1 ? kept : kept.slice(0, earlier);
  const core = identifiers(head).join('.') || NO_VERSION;
  const other = identifiers(versionText(theirs));
  return `${core}+${[...own, 'merged', ...(other.length > 0 ? other : [NO_VERSION])].join('.')}`;
}

function versionText(version: unknown): string {
  return typeof version === 'string' && version.trim() !== '' ? version.trim() : NO_VERSION;
}

/** The dot-separated identifiers of a text: letters, digits and hyphens, none of them empty. */
function identifiers(text: string): string[] {
  return text
    .replaceAll('+', '.')
    .replaceAll(/[^0-9A-Za-z.-]+/g, '-')
    .split('.')
    .filter((part) => part !== '');
}

function marketplaceSays(remote: Skill): Record<string, unknown> {
  return Object.fromEntries(Object.entries(remote).filter(([field]) => isMarketplaceOnly(field)));
}

function withOwnStamps(skill: Skill, { local, remote }: Sides): Skill {
  const updated_at = laterOf(local.updated_at, remote.updated_at);
  const keepsOurCode = !isSameValue('code', skill.code, remote.code);
  const { content_hash: _theirs, ...rest } = skill;
  const hash = fieldOf(keepsOurCode ? local : remote, 'content_hash');
  return {
    ...(rest as Skill),
    ...(hash === undefined ? {} : { content_hash: hash }),
    ...(updated_at === undefined ? {} : { updated_at }),
  };
}

function laterOf(ours: Skill['updated_at'], theirs: Skill['updated_at']): Skill['updated_at'] {
  const [mine, other] = [ours, theirs].map((stamp) => (stamp ? parseInstant(stamp) : undefined));
  if (mine === undefined || other === undefined) return mine === undefined ? theirs : ours;
  return mine > other ? ours : theirs;
}
