import { describeFailure } from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { Log } from '#core/log.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import type { SkillBatchReader } from '#core/skills/skill-reader.ts';
import type { Now } from '#core/time/clock.ts';
import { DigestSelection, isEditedVersion, planRefresh, searchVersion } from './search-refresh.ts';
import {
  MAX_INDEXED,
  NOTICE_ACTIVE_MS,
  NOTICE_KEPT_MS,
  type SearchSnapshots,
  type SkillSnapshot,
} from './search-snapshots.ts';
import { type SearchableSkill, searchableSkill } from './searchable-skill.ts';
import type { SkillIndex } from './skill-index.ts';

export type IndexDeps = {
  readonly snapshots: SearchSnapshots;
  readonly entries: Pick<SkillEntries, 'digests'>;
  readonly items: SkillBatchReader;
  readonly createIndex: (skills: Iterable<SearchableSkill>) => SkillIndex;
  readonly now: Now;
  readonly log: Log;
  /** Skills that are indexed at most. Default: MAX_INDEXED. */
  readonly maxIndexed?: number | undefined;
};

/** The table is asked for what is new no more often than that (ms). */
const CHECK_EVERY_MS = 30_000;
/** The index is used while another search brings it up to date, until it is this old (ms). */
const USABLE_MS = 55_000;
/** The digests are compared at least this often (ms): the clock of a writer may be wrong. */
const COMPARE_EVERY_MS = 600_000;
/** One search reads skills for its index for so long (ms), then it answers with what there is. */
const READ_WITHIN_MS = 4_000;
/** Skills in one read: 400 KB each at most, and 8 KB on average. */
const READ_SKILLS = 100;
const READS_AT_ONCE = 4;
/** An edit of this process is not overwritten by a read that may have come too early (ms). */
const OWN_EDIT_MS = 10_000;
/** The snapshot is written anew where it has spared less than that: so many skills and so large a part were read. */
const REWRITE = { skills: 100, share: 0.25 };
/** When a skill is no longer served, its digest says. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** An index that is being built: whether its snapshot is missing, damaged or of skills that are gone, and what it lacked. */
type Loading = { readonly isStale: boolean; readonly read: number };

/** An index that is kept in step with the table. */
export class FreshIndex {
  readonly #deps: IndexDeps;
  #index: SkillIndex | undefined;
  readonly #skills = new Map<string, SearchableSkill>();
  #digests: ReadonlyMap<string, SkillDigest> = new Map();
  /** Until when each skill is served, ms since 1970. */
  #expiries = new Map<string, number>();
  #total = 0;
  /** Skills that are still to be read. */
  #waiting = new Set<string>();
  #checkedAt = Number.NEGATIVE_INFINITY;
  #comparedAt = Number.NEGATIVE_INFINITY;
  #sweepAt = NEVER;
  #refreshing: Promise<void> | undefined;
  #loading: Loading | undefined;
  readonly #own = new Map<string, { readonly skill: SearchableSkill; readonly at: number }>();

  constructor(deps: IndexDeps) {
    this.#deps = deps;
  }

  /** The index, never more than a minute behind the table, without what has expired. @throws StorageError */
  async current(): Promise<SkillIndex> {
    const ageMs = this.#deps.now() - this.#checkedAt;
    const isDue = ageMs >= CHECK_EVERY_MS || ageMs < 0 || this.#waiting.size > 0;
    const isUsable = this.#index !== undefined && ageMs >= 0 && ageMs < USABLE_MS;
    if (this.#refreshing) {
      if (!isUsable) await this.#refreshing;
    } else if (isDue) {
      this.#refreshing = this.#refreshed(isUsable).finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    this.#sweep();
    return this.#index ?? this.#deps.createIndex([]);
  }

  /** Why not every skill is searched; undefined where all are. */
  get partial(): string | undefined {
    const leftOut = this.#total - this.#digests.size;
    if (leftOut > 0) {
      const { size } = this.#digests;
      return `The index holds ${size} of ${this.#total} skills, the first by their ids: more do not fit.`;
    }
    if (this.#waiting.size === 0) return undefined;
    return `The index is being built: ${this.#waiting.size} of ${this.#total} skills are not in it yet. Ask again.`;
  }

  /** Takes over an edit of this process at once. */
  noticed(skill: SearchableSkill): void {
    this.#own.set(skill.id, { skill, at: this.#deps.now() });
    this.#applyOwn();
  }

  /** Refreshes. That it failed does no harm while the index is usable. */
  async #refreshed(isUsable: boolean): Promise<void> {
    try {
      await this.#refresh();
    } catch (error) {
      if (!isUsable) throw error;
      this.#deps.log.warn('the index of the search could not be refreshed', {
        code: describeFailure(error).code,
      });
    }
  }

  async #refresh(): Promise<void> {
    const startedAt = this.#deps.now();
    if (this.#index === undefined) await this.#load(startedAt);
    else await this.#check(startedAt);
    this.#releaseOwn(startedAt);
    await this.#readWaiting(startedAt);
    this.#applyOwn();
    this.#checkedAt = startedAt;
    if (this.#loading && this.#waiting.size === 0) await this.#endLoading(this.#loading);
  }

  async #load(startedAt: number): Promise<void> {
    const [snapshot] = await Promise.all([this.#readSnapshot(), this.#readDigests(startedAt)]);
    this.#skills.clear();
    for (const [id, digest] of this.#digests) {
      const skill = snapshot?.skills.get(id);
      if (skill && digest.hash === skill.hash) this.#skills.set(id, { ...skill, expiresAt: NEVER });
    }
    this.#index = this.#deps.createIndex(this.#skills.values());
    this.#waiting = new Set(planRefresh(this.#skills, this.#digests).toRead);
    const isStale = snapshot === undefined || snapshot.isDamaged || isMostlyGone(snapshot, this.#skills.size);
    const lacking = [...this.#waiting].filter((id) => this.#digests.get(id)?.edited === undefined);
    this.#loading = { isStale, read: lacking.length };
  }

  async #check(startedAt: number): Promise<void> {
    const since = this.#checkedAt - NOTICE_ACTIVE_MS;
    const isLongAgo = startedAt - since >= NOTICE_KEPT_MS || startedAt < this.#checkedAt;
    const notices = isLongAgo ? [] : await this.#deps.snapshots.noticesSince(since);
    for (const { skillId } of notices) if (skillId !== undefined) this.#waiting.add(skillId);
    const isCompared =
      isLongAgo ||
      startedAt - this.#comparedAt >= COMPARE_EVERY_MS ||
      notices.some(({ skillId }) => skillId === undefined);
    if (!isCompared) return;
    await this.#readDigests(startedAt);
    const isSuspect = ({ edited }: SkillDigest) => isLongAgo && edited === true;
    const { toRead, toRemove } = planRefresh(this.#skills, this.#digests, isSuspect);
    for (const id of toRemove) this.#remove(id);
    for (const id of toRead) this.#waiting.add(id);
  }

  async #readDigests(startedAt: number): Promise<void> {
    const selection = new DigestSelection(startedAt, this.#deps.maxIndexed ?? MAX_INDEXED);
    for await (const digests of this.#deps.entries.digests()) selection.add(digests);
    this.#digests = selection.live;
    this.#total = selection.total;
    this.#comparedAt = startedAt;
    this.#expiries = new Map([...this.#digests].map(([id, { expiresAt }]) => [id, expiresAt]));
    this.#sweepAt = earliest(this.#expiries.values());
  }

  async #readSnapshot(): Promise<SkillSnapshot | undefined> {
    const { snapshots, log } = this.#deps;
    try {
      return await snapshots.read();
    } catch (error) {
      log.warn('the snapshot of the search could not be read', { code: describeFailure(error).code });
      return undefined;
    }
  }

  /** Reads what waits, as far as the time goes. */
  async #readWaiting(startedAt: number): Promise<void> {
    const { now } = this.#deps;
    const ids = [...this.#waiting];
    const slices: string[][] = [];
    for (let start = 0; start < ids.length; start += READ_SKILLS) {
      slices.push(ids.slice(start, start + READ_SKILLS));
    }
    await inParallel(slices, READS_AT_ONCE, async (slice) => {
      if (now() - startedAt < READ_WITHIN_MS) await this.#read(slice);
    });
  }

  async #read(ids: readonly string[]): Promise<void> {
    const { items, now } = this.#deps;
    const found = new Map(
      (await items.getMany(ids, new Date(now()))).map((skill) => [skill.remote.skill.skill_id, skill]),
    );
    for (const id of ids) {
      this.#waiting.delete(id);
      const skill = found.get(id);
      if (skill === undefined) this.#remove(id);
      // One that is left out for want of room stays out, edited or not.
      else if (this.#digests.has(id) || this.#total <= this.#digests.size) {
        this.#put({
          ...searchableSkill(skill),
          hash: searchVersion({ hash: skill.remote.hash, isEdited: skill.local !== undefined }),
        });
      }
    }
  }

  #put(skill: SearchableSkill): void {
    const kept = { ...skill, expiresAt: NEVER };
    this.#expiries.set(skill.id, skill.expiresAt);
    this.#sweepAt = Math.min(this.#sweepAt, skill.expiresAt);
    this.#skills.set(skill.id, kept);
    this.#index?.put(kept);
  }

  #remove(id: string): void {
    this.#expiries.delete(id);
    if (this.#skills.delete(id)) this.#index?.remove(id);
  }

  #applyOwn(): void {
    if (this.#index === undefined) return;
    for (const { skill } of this.#own.values()) {
      this.#put({ ...skill, hash: searchVersion({ hash: skill.hash, isEdited: true }) });
    }
  }

  /** Others may have edited it since: from now on the table has the last word. */
  #releaseOwn(startedAt: number): void {
    for (const [id, { at }] of this.#own) {
      if (Math.abs(startedAt - at) < OWN_EDIT_MS) continue;
      this.#own.delete(id);
      this.#waiting.add(id);
    }
  }

  /** Removes what has expired. What is renewed after all is read again: its digest says so. */
  #sweep(): void {
    const nowMs = this.#deps.now();
    if (nowMs < this.#sweepAt) return;
    for (const [id, expiresAt] of this.#expiries) if (expiresAt <= nowMs) this.#remove(id);
    this.#sweepAt = earliest(this.#expiries.values());
  }

  /** The index is built: the snapshot is written anew where it was of too little use. */
  async #endLoading({ isStale, read }: Loading): Promise<void> {
    this.#loading = undefined;
    const { snapshots, now, log } = this.#deps;
    const isWorthIt = read >= REWRITE.skills && read >= this.#skills.size * REWRITE.share;
    if (!(isStale || isWorthIt) || this.#skills.size === 0) return;
    const skills = [...this.#skills.values()]
      .filter(({ hash }) => !isEditedVersion(hash))
      .map(({ expiresAt: _digest, ...skill }) => skill);
    try {
      await snapshots.replace(skills, now());
    } catch (error) {
      log.warn('the snapshot of the search could not be written', { code: describeFailure(error).code });
    }
  }
}

function isMostlyGone({ skills }: SkillSnapshot, usable: number): boolean {
  return skills.size - usable >= REWRITE.skills && skills.size - usable >= usable * REWRITE.share;
}

function earliest(times: Iterable<number>): number {
  let first = NEVER;
  for (const time of times) first = Math.min(first, time);
  return first;
}
