import pLimit, { type LimitFunction } from 'p-limit';
import { LeaseLostError, TooLargeError } from '#core/errors.ts';
import { allEnded } from '#core/in-parallel.ts';
import { type ConflictEffect, judge, type Lifetime, type PutResult } from '#core/skills/cached-skill.ts';
import { parseSkill, type SkillVersion } from '#core/skills/skill.ts';
import { type PageCounts, zeroPageCounts } from '#core/skills/skill-counts.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import { orderTime } from '#core/skills/version-time.ts';
import type { Now } from '#core/time/clock.ts';
import type { HeldBack } from './held-back.ts';
import type { KnownCache } from './known-cache.ts';
import type { Refusals } from './refuse-records.ts';

/** Writes under way at once: what one connection pool carries without queueing. */
const CONCURRENT_WRITES = 32;

export type ApplyDeps = {
  readonly skills: SkillStore;
  readonly refusals: Refusals;
  readonly known: KnownCache;
  readonly lifetime: Lifetime;
  readonly fence: number;
  readonly now: Now;
  readonly signal: AbortSignal;
  /** What is older than the cache is taken all the same, over whatever was observed before it was asked for. */
  readonly acceptOlder: boolean;
  readonly heldBack: HeldBack;
  /** Notes an id; true when this run meets it for the first time. */
  readonly see: (id: string) => boolean;
  /** Names a record of the look under way, be its id readable or not. */
  readonly name: (id: string | undefined, record: unknown) => string;
};

/** What came of a page: the ids that it named, and what they came to. */
export type Applied = { readonly ids: readonly string[]; readonly counts: PageCounts };

/**
 * Brings records of a page into the cache: each is validated, compared with the digest, and written only when
 * it is new, changed or due for renewal. A bad record is refused with its reason; the others go on. What was left out of
 * a good one is listed, but counts as no refused record.
 *
 * @throws LeaseLostError when a later holder has written one of the entries
 * @throws StorageError when the table can't be written
 */
export function createRecordApplier(deps: ApplyDeps) {
  const pool = pLimit(CONCURRENT_WRITES);
  return async (records: readonly unknown[], requestedAt: number): Promise<Applied> => {
    const ids: string[] = [];
    const counts = zeroPageCounts();
    const page: PageDeps = { ...deps, pool, counts };
    const work: Promise<void>[] = [];
    for (const record of records) {
      const parsed = parseSkill(record);
      const id = parsed.ok ? parsed.id : deps.name(parsed.id, record);
      const isFirst = deps.see(id);
      ids.push(id);
      if (parsed.ok) {
        work.push(settle(page, parsed.value, requestedAt, isFirst));
        if (isFirst && parsed.leftOut) work.push(deps.refusals.refuse('tag', id, parsed.leftOut));
      } else if (isFirst) work.push(refuse(page, id, parsed.reason));
    }
    await allEnded(work);
    return { ids, counts };
  };
}

type PageDeps = ApplyDeps & { readonly pool: LimitFunction; readonly counts: PageCounts };

/** Applies one version and counts what it came to. */
async function settle(
  deps: PageDeps,
  version: SkillVersion,
  requestedAt: number,
  isFirst: boolean,
): Promise<void> {
  const { counts, known, lifetime } = deps;
  const id = version.skill.skill_id;
  const nowMs = deps.now();
  const before = known.get(id);
  const verdict = judge(before, version, lifetime, nowMs);
  if (verdict === 'keep') {
    if (isFirst) counts.unchanged += 1;
    return;
  }
  const isBuried = before?.tombstone === true;
  const holdBack = () => {
    if (!isFirst) return;
    counts.held_back += 1;
    deps.heldBack.note(version, requestedAt, isBuried);
  };
  const isOlder = verdict === 'stale';
  if (isOlder && !deps.acceptOlder) return holdBack();
  const expiresAt = nowMs + lifetime.ttlMs;
  known.set(id, {
    skillId: id,
    updatedAt: orderTime(version.updatedAt, requestedAt),
    hash: version.hash,
    expiresAt,
    tombstone: false,
  });
  const { outcome, conflict, isSame } = await deps.pool(() => put(deps, version, requestedAt, expiresAt));
  countConflict(counts, conflict);
  if (outcome === 'written') {
    if (isOlder) counts.accepted_older += 1;
    return countWritten(counts, isOlder ? (isBuried ? 'add' : 'change') : verdict, isFirst);
  }
  if (outcome === 'fenced') throw new LeaseLostError('A later holder of the lease has written this entry.');
  if (before) known.set(id, before);
  else if (outcome === 'refused') known.delete(id);
  if (outcome !== 'superseded') return;
  if (!isSame) holdBack();
  else if (isFirst) counts.unchanged += 1;
}

function countWritten(counts: PageCounts, verdict: 'add' | 'change' | 'renew', isFirst: boolean): void {
  if (verdict === 'renew') counts.renewed += 1;
  if (!isFirst) return;
  if (verdict === 'add') counts.added += 1;
  else if (verdict === 'change') counts.changed += 1;
  else counts.unchanged += 1;
}

function countConflict(counts: PageCounts, effect: ConflictEffect | undefined): void {
  if (effect === undefined) return;
  if (effect.detected) counts.conflicts_detected += 1;
  counts[effect.end === undefined ? 'conflicts_manual' : 'conflicts_resolved'] += 1;
}

async function put(
  deps: PageDeps,
  version: SkillVersion,
  observedAt: number,
  expiresAt: number,
): Promise<
  PutResult | { readonly outcome: 'refused'; readonly conflict?: undefined; readonly isSame?: undefined }
> {
  deps.signal.throwIfAborted();
  const now = new Date(deps.now());
  // Nothing that was observed later than this page was asked for gives way, a frame that came meanwhile least of all.
  const what = deps.acceptOlder ? 'anything' : 'undated';
  try {
    return await deps.skills.put(version, {
      observedAt,
      now,
      expiresAt: new Date(expiresAt),
      fence: deps.fence,
      overrule: { what, observedBefore: observedAt },
    });
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    await refuse(deps, version.skill.skill_id, error.message);
    return { outcome: 'refused' };
  }
}

async function refuse(deps: PageDeps, id: string, reason: string): Promise<void> {
  deps.counts.rejected += 1;
  await deps.refusals.refuse('skill', id, reason);
}
