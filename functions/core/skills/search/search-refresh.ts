import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { MAX_INDEXED } from './search-snapshots.ts';

/** What is appended to the hash of an edited skill: its text is not that of the marketplace's version. */
const EDITED = '*';

/** The version of what is searched of a skill. Of an edited one it does not tell one edit from the next. */
export function searchVersion({
  hash,
  isEdited,
}: {
  readonly hash: string;
  readonly isEdited: boolean;
}): string {
  return isEdited ? hash + EDITED : hash;
}

/** Whether that is the version of an edited skill. */
export function isEditedVersion(version: string): boolean {
  return version.endsWith(EDITED);
}

/**
 * The digests of what can be found: live ones and, where there are more than fit, the first of them by their ids, so that
 * every process leaves out the same. Takes any number of digests, and never holds more than twice as many as fit.
 */
export class DigestSelection {
  readonly #now: number;
  readonly #max: number;
  #live = new Map<string, SkillDigest>();
  #total = 0;

  constructor(now: number, max = MAX_INDEXED) {
    this.#now = now;
    this.#max = max;
  }

  add(digests: readonly SkillDigest[]): void {
    for (const digest of digests) {
      if (digest.tombstone || digest.expiresAt <= this.#now) continue;
      if (!this.#live.has(digest.skillId)) this.#total += 1;
      this.#live.set(digest.skillId, digest);
    }
    if (this.#live.size > 2 * this.#max) this.#cut();
  }

  /** The digests by id. */
  get live(): ReadonlyMap<string, SkillDigest> {
    if (this.#live.size > this.#max) this.#cut();
    return this.#live;
  }

  /** Live skills, those that are left out included. */
  get total(): number {
    return this.#total;
  }

  #cut(): void {
    const ids = [...this.#live.keys()].toSorted().slice(0, this.#max);
    this.#live = new Map(
      ids.flatMap((id) => {
        const digest = this.#live.get(id);
        return digest ? [[id, digest] as const] : [];
      }),
    );
  }
}

/** What brings an index up to date: the skills to be read from the table, and those to be removed from the index. */
export type RefreshPlan = { readonly toRead: readonly string[]; readonly toRemove: readonly string[] };

/**
 * Compares what is indexed with the digests.
 *
 * @param indexed the version of each indexed skill, see {@link searchVersion}
 * @param isSuspect skills that are read although their version is the same
 */
export function planRefresh(
  indexed: ReadonlyMap<string, { readonly hash: string }>,
  digests: ReadonlyMap<string, SkillDigest>,
  isSuspect: (digest: SkillDigest) => boolean = () => false,
): RefreshPlan {
  const toRead: string[] = [];
  for (const digest of digests.values()) {
    const { skillId, hash, edited } = digest;
    const isSame = indexed.get(skillId)?.hash === searchVersion({ hash, isEdited: edited === true });
    if (!isSame || isSuspect(digest)) toRead.push(skillId);
  }
  return { toRead, toRemove: [...indexed.keys()].filter((id) => !digests.has(id)) };
}
