import pLimit, { type LimitFunction } from 'p-limit';
import type { ConflictEffect } from '#core/conflicts/decide-edit.ts';
import { LeaseLostError, TooLargeError } from '#core/errors.ts';
import { allEnded } from '#core/in-parallel.ts';
import { assessVersion, type Lifetime, type SkillDigest } from '#core/skills/cached-skill.ts';
import { parseSkill, type SkillVersion } from '#core/skills/skill.ts';
import { type PageCounts, zeroPageCounts } from '#core/skills/skill-counts.ts';
import type { PutResult } from '#core/skills/skill-entry.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import { orderTime } from '#core/skills/version-time.ts';
import type { Now } from '#core/time/clock.ts';
import type { HeldBack } from './held-back.ts';
import type { KnownCache } from './known-cache.ts';
import { createNamer, type NameRecord, type RejectRecord } from './reject-records.ts';

/** Writes under way at once: what one connection pool carries without queueing. */
const CONCURRENT_WRITES = 32;

export type ApplyDeps = {
  readonly skills: Pick<SkillStore, 'put'>;
  readonly reject: RejectRecord;
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
};

/** What came of a page: the ids that it named, and what they came to. */
export type Applied = { readonly ids: readonly string[]; readonly counts: PageCounts };

/**
 * Applies the records of a page to the cache.
 *
 * @param requestedAt when the page was asked for, ms since 1970
 * @param name names its records; that of the pass through the listing that the page belongs to
 */
export type ApplyRecords = (
  records: readonly unknown[],
  requestedAt: number,
  name?: NameRecord,
) => Promise<Applied>;

/**
 * Brings records of a page into the cache: each is validated, compared with the digest, and written only when
 * it is new, changed or due for renewal. A bad record is rejected with its reason; the others go on. What was left out of
 * a good one is listed, but counts as no rejected record.
 *
 * @throws LeaseLostError when a later holder has written one of the entries
 * @throws StorageError when the table can't be written
 */
export function createRecordApplier(deps: ApplyDeps): ApplyRecords {
  const pool = pLimit(CONCURRENT_WRITES);
  return async (records, requestedAt, name = createNamer()) => {
    const page: Page = { deps, pool, requestedAt, counts: zeroPageCounts() };
    const applied = records.map((record) => applyRecord(page, record, name));
    await allEnded(applied.flatMap(({ work }) => work));
    return { ids: applied.map(({ id }) => id), counts: page.counts };
  };
}

/** The page that a record belongs to, and what its records have come to. */
type Page = {
  readonly deps: ApplyDeps;
  readonly pool: LimitFunction;
  readonly requestedAt: number;
  readonly counts: PageCounts;
};

/** A version of the page, and what the cache held before. */
type Candidate = {
  readonly version: SkillVersion;
  readonly isFirst: boolean;
  readonly before: SkillDigest | undefined;
};

/** Begins with the work on one record. A record that is met again is neither rejected nor listed a second time. */
function applyRecord(
  page: Page,
  record: unknown,
  name: NameRecord,
): { readonly id: string; readonly work: readonly Promise<void>[] } {
  const parsed = parseSkill(record);
  const id = parsed.ok ? parsed.id : name(parsed.id, record);
  const isFirst = page.deps.see(id);
  if (!parsed.ok) return { id, work: isFirst ? [rejectSkill(page, id, parsed.reason)] : [] };
  const work = [applyVersion(page, parsed.value, isFirst)];
  if (isFirst && parsed.leftOut) work.push(page.deps.reject('tag', id, parsed.leftOut));
  return { id, work };
}

/** Applies one version and counts what it came to. */
async function applyVersion(page: Page, version: SkillVersion, isFirst: boolean): Promise<void> {
  const { known, lifetime, now, acceptOlder } = page.deps;
  const id = version.skill.skill_id;
  const nowMs = now();
  const before = known.get(id);
  const verdict = assessVersion(before, version, lifetime, nowMs);
  if (verdict === 'keep') {
    if (isFirst) page.counts.unchanged += 1;
    return;
  }
  const candidate = { version, isFirst, before };
  if (verdict === 'stale' && !acceptOlder) return holdBack(page, candidate);
  const expiresAt = nowMs + lifetime.ttlMs;
  known.set(id, {
    skillId: id,
    updatedAt: orderTime(version.updatedAt, page.requestedAt),
    hash: version.hash,
    expiresAt,
    tombstone: false,
  });
  const put = await page.pool(() => putVersion(page, version, expiresAt));
  countConflict(page.counts, put.conflict);
  if (put.outcome === 'written') return countWritten(page.counts, candidate, verdict);
  if (put.outcome === 'fenced')
    throw new LeaseLostError('A later holder of the lease has written this entry.');
  if (before) known.set(id, before);
  else if (put.outcome === 'rejected') known.delete(id);
  if (put.outcome !== 'superseded') return;
  if (!put.isSame) holdBack(page, candidate);
  else if (isFirst) page.counts.unchanged += 1;
}

function holdBack({ deps, counts, requestedAt }: Page, { version, isFirst, before }: Candidate): void {
  if (!isFirst) return;
  counts.held_back += 1;
  deps.heldBack.note(version, requestedAt, before?.tombstone === true);
}

function countWritten(
  counts: PageCounts,
  { isFirst, before }: Candidate,
  verdict: 'add' | 'change' | 'renew' | 'stale',
): void {
  const isRemoved = before?.tombstone === true;
  if (verdict === 'stale') counts.accepted_older += 1;
  if (verdict === 'renew') counts.renewed += 1;
  if (!isFirst) return;
  if (verdict === 'add' || (verdict === 'stale' && isRemoved)) counts.added += 1;
  else if (verdict === 'renew') counts.unchanged += 1;
  else counts.changed += 1;
}

function countConflict(counts: PageCounts, effect: ConflictEffect | undefined): void {
  if (effect === undefined) return;
  if (effect.detected) counts.conflicts_detected += 1;
  counts[effect.end === undefined ? 'conflicts_manual' : 'conflicts_resolved'] += 1;
}

/** Puts a version; one that is too large for the table is rejected instead. */
async function putVersion(
  page: Page,
  version: SkillVersion,
  expiresAt: number,
): Promise<
  PutResult | { readonly outcome: 'rejected'; readonly conflict?: undefined; readonly isSame?: undefined }
> {
  const { deps, requestedAt } = page;
  deps.signal.throwIfAborted();
  const now = new Date(deps.now());
  // Nothing that was observed later than this page was asked for gives way, a frame that came meanwhile least of all.
  const what = deps.acceptOlder ? 'anything' : 'undated';
  try {
    return await deps.skills.put(version, {
      observedAt: requestedAt,
      now,
      expiresAt: new Date(expiresAt),
      fence: deps.fence,
      overrule: { what, observedBefore: requestedAt },
    });
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    await rejectSkill(page, version.skill.skill_id, error.message);
    return { outcome: 'rejected' };
  }
}

async function rejectSkill({ deps, counts }: Page, id: string, reason: string): Promise<void> {
  counts.rejected += 1;
  await deps.reject('skill', id, reason);
}
