import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { type Skill, type SkillVersion, versionOf } from '#core/skills/skill.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import type { SkillEntry } from '#core/skills/skill-entry.ts';
import type { ConflictPolicy, SkillStore } from '#core/skills/skill-store.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { instantFromMs } from '#core/time/instant.ts';

/** The clock of the contracts: a Monday in 2026. */
export const T0 = Date.UTC(2026, 2, 2, 9, 0, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A version of a skill as the marketplace changed it so many milliseconds after {@link T0}. */
export function version(skillId: string, changedAt: number, fields: Partial<Skill> = {}): SkillVersion {
  const updated_at = `${instantFromMs(T0 + changedAt)}Z`;
  return versionOf({ skill_id: skillId, name: `Skill ${skillId}`, ...fields, updated_at });
}

/** An observation so many milliseconds after {@link T0}, under the fence 1, for a day. */
export function seen(after: number, options: Partial<Observation> = {}): Observation {
  const now = new Date(T0 + after);
  return { observedAt: T0 + after, now, expiresAt: new Date(T0 + after + 24 * HOUR), fence: 1, ...options };
}

/** What stores do about conflicts where a test says nothing else: an edit stays as it is. */
export const POLICY: ConflictPolicy = { strategy: 'manual', random: Math.random };

/** The entry of a skill as it is stored. */
export function entryOf(
  { entries }: { readonly entries: SkillEntries },
  skillId: string,
): Promise<SkillEntry | undefined> {
  return entries.change(skillId, (entry) => ({ result: entry }));
}

/** Gives a stored entry other fields than anything of ours would. */
export function plant(
  { entries }: { readonly entries: SkillEntries },
  skillId: string,
  fields: Partial<SkillEntry>,
): Promise<void> {
  return entries.change(skillId, (entry) => ({ entry: { ...entry, ...fields }, result: undefined }));
}

/** Every digest by id. */
export async function digestsOf(store: Pick<SkillStore, 'digests'>): Promise<Map<string, SkillDigest>> {
  const digests = new Map<string, SkillDigest>();
  for await (const chunk of store.digests()) for (const digest of chunk) digests.set(digest.skillId, digest);
  return digests;
}

/** The one digest of a skill. */
export async function digestOf(store: Pick<SkillStore, 'digests'>, skillId: string): Promise<SkillDigest> {
  const digest = (await digestsOf(store)).get(skillId);
  if (!digest) throw new Error(`No digest of ${skillId}`);
  return digest;
}

/** So many characters that hardly compress. */
export function text(length: number, seed = 1): string {
  // A small congruential generator: text that no compression gets much out of.
  let state = seed;
  const characters: string[] = [];
  for (let n = 0; n < length; n += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    characters.push(String.fromCharCode(33 + ((state >>> 16) % 90)));
  }
  return characters.join('');
}
