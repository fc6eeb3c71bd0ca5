import type { Instant } from '#core/time/instant.ts';
import { dated, isUndated, liesAhead, orderTime } from './version-time.ts';

/**
 * The order of versions: which of two versions of a skill or a category is the newer one.
 *
 * The later `updatedAt` is the newer version. At the same `updatedAt` (servers give whole seconds, and some edits
 * don't touch it) the one that was *observed* later is the newer one: a request that left after we had stored a
 * version can only be told of that version or of a later one. Only two observations of the same millisecond are left
 * to the content hash, so that every writer picks the same; one process that writes a skill twice observes it later
 * the second time.
 *
 * Every version has a **rank**: `updatedAt`, when it was observed, and its hash, written so that the order of the text
 * is the order of versions. A version is written when nothing is stored, when what is stored has expired (expired is
 * absent), or when its rank is not above ours; and, for a writer with a fence, only while the stored fence is not
 * above that. What follows from it:
 *
 * - A **renewal** has the same `updatedAt` and hash and was observed later, so it ranks above what it renews.
 *   One that is overtaken by a later renewal ranks below it: an expiry never moves back.
 * - `<=`, not `<`: the SDK's retry of a put whose answer was lost has the same outcome as the first try.
 * - A **tombstone** ranks by the `updatedAt` of what it removed, the time of the listing that missed it, and
 *   no hash. A page asked for before can't undo it, one asked for later can. In the same millisecond the live
 *   version ranks above it, whichever is written first: a lost skill is worse than one that goes a sync later.
 * - A writer **without a fence** (the feed) is held by the rank alone and leaves the stored fence as it is.
 *   That is sound because the rank does not depend on who writes; the fence only keeps a run that has lost
 *   its lease from going on.
 * - An **expired** entry gives way to any version, but its fence still counts: a zombie stays out.
 * - A **stamp ahead of every clock** ranks by its observation instead (`version-time.ts`), and a stored rank further
 *   ahead than anything that we write gives way as if it had expired.
 * - A rank never falls. What wins although its own rank is lower (the marketplace's word, see {@link Overrule}, and the
 *   renewal of what was taken so) takes the place of what it replaces, observed later.
 *
 * The last two are decided on what is stored as it was read; the write then holds only for exactly that.
 */

/** When a version was seen, until when it may be served, and under which lease it is written. */
export type Observation = {
  /** When the request (or frame) that told of it left (arrived), ms since 1970. */
  readonly observedAt: number;
  readonly now: Date;
  readonly expiresAt: Date;
  /** Fencing number of the writer's lease; undefined for a writer that holds none (the feed). */
  readonly fence: number | undefined;
  /** Default: the order of versions alone decides. */
  readonly overrule?: Overrule | undefined;
};

/** What gives way to a version that is older by its time: the marketplace says so now. */
type Overrule = {
  /** `undated`: a version whose stamp lay ahead of every clock (`version-time.ts`). */
  readonly what: 'undated' | 'tombstone' | 'anything';
  /** Nothing that was observed then or later gives way (ms since 1970). */
  readonly observedBefore: number;
};

/** `superseded`: what is stored is newer. `fenced`: a later holder of the lease has written it. */
export type PutOutcome = 'written' | 'superseded' | 'fenced';

/** What of a stored version decides whether another one takes its place. What can't be read is absent. */
export type StoredVersion = {
  readonly rank?: string | undefined;
  readonly updatedAt?: Instant | undefined;
  readonly hash?: string | undefined;
  /** Until when it may be served, ms since 1970. */
  readonly expiresAt?: number | undefined;
  readonly fence?: number | undefined;
  /** When it was removed (a tombstone), ms since 1970. */
  readonly deletedAt?: number | undefined;
};

/** What of an incoming version decides. */
export type IncomingVersion = {
  readonly rank: string;
  readonly version: Stamped;
  readonly observation: Observation;
};

/** A version's own time and its hash; a tombstone's is empty. */
type Stamped = { readonly updatedAt: Instant; readonly hash: string };

/** A version's key in the order. `updatedAt` is the time that counts, which is not always the record's own. */
export type VersionKey = { readonly updatedAt: Instant; readonly rank: string };

/** The fence of what is written without one where nothing is stored. */
export const NO_FENCE = 0;

// Below every character of an instant and of its fraction, so that a shorter instant sorts first.
const SEPARATOR = '!';
const OBSERVED_DIGITS = 15;

/** The key of a version, whatever is stored. */
export function versionKey({ updatedAt, hash }: Stamped, observedAt: number): VersionKey {
  const time = orderTime(updatedAt, observedAt);
  return { updatedAt: time, rank: joinRank({ updatedAt: time, hash }, observedAt) };
}

/** The rank of a version. */
export function rankOf(version: Stamped, observedAt: number): string {
  return versionKey(version, observedAt).rank;
}

/** The key of a tombstone: below every version of the same time, above every one that was observed before. */
export function tombstoneKey(updatedAt: Instant, observedAt: number): VersionKey {
  return versionKey({ updatedAt, hash: '' }, observedAt);
}

/** The rank with these parts as they are. */
export function joinRank({ updatedAt, hash }: Stamped, observedAt: number): string {
  const observed = String(Math.max(0, Math.floor(observedAt))).padStart(OBSERVED_DIGITS, '0');
  return [updatedAt, observed, hash].join(SEPARATOR);
}

/** When a version of this rank was observed, ms since 1970; undefined for what is no rank. */
export function observedAtOf(rank: unknown): number | undefined {
  const observed = typeof rank === 'string' ? rank.split(SEPARATOR)[1] : undefined;
  return observed !== undefined && /^\d{15}$/.test(observed) ? Number(observed) : undefined;
}

/** A version on its way to the cache. */
export function incomingVersion({ updatedAt, hash }: Stamped, observation: Observation): IncomingVersion {
  const version = { updatedAt, hash };
  return { rank: rankOf(version, observation.observedAt), version, observation };
}

/** The key that a version takes which replaces what is stored: its own or, where that is lower, that of the other. */
export function replacingKey(stored: StoredVersion | undefined, incoming: IncomingVersion): VersionKey {
  const { version, observation } = incoming;
  const own = versionKey(version, observation.observedAt);
  if (stored?.rank === undefined || !isAbove(stored, incoming)) return own;
  const updatedAt = dated(timeOf(stored.rank));
  return { updatedAt, rank: joinRank({ updatedAt, hash: version.hash }, observation.observedAt) };
}

/** Whether a stored rank lies further ahead than anything that we write. */
export function ranksAhead(rank: string, now: Date): boolean {
  return liesAhead(timeOf(rank), now.getTime()) || liesAhead(observedAtOf(rank) ?? 0, now.getTime());
}

/**
 * What comes of a version where this is stored. `fenced` goes first: such a writer has to stop altogether.
 *
 * @param stored undefined where nothing is stored
 */
export function compareVersions(stored: StoredVersion | undefined, incoming: IncomingVersion): PutOutcome {
  if (stored === undefined) return 'written';
  if (isFenced(stored, incoming.observation.fence)) return 'fenced';
  if (hasExpired(stored, incoming.observation)) return 'written';
  if (stored.rank === undefined) return 'superseded';
  return !isAbove(stored, incoming) || isSeenAgain(stored, incoming) || isOverruled(stored, incoming)
    ? 'written'
    : 'superseded';
}

/** Whether a later holder of the lease has written it. */
export function isFenced(stored: StoredVersion, fence: number | undefined): boolean {
  return fence !== undefined && (stored.fence ?? NO_FENCE) > fence;
}

/** The fence after a write: the writer's own, else the stored one. */
export function fenceAfter(stored: StoredVersion | undefined, fence: number | undefined): number {
  return fence ?? stored?.fence ?? NO_FENCE;
}

/**
 * Whether a change of this time is older than what is stored, as far as its digest tells: then nothing is to be
 * written. What a digest does not tell (the observation, the fence) is left to the write.
 *
 * @param nowMs when it is asked, ms since 1970
 */
export function isOutdated(
  updatedAt: Instant,
  stored: { readonly updatedAt: Instant; readonly tombstone: boolean },
  nowMs: number,
): boolean {
  if (orderTime(updatedAt, nowMs) >= stored.updatedAt || liesAhead(stored.updatedAt, nowMs)) return false;
  return stored.tombstone || !isUndated(stored.updatedAt);
}

/** A version that one process observed, with its sequence number among all that this process observed. */
export type ObservedVersion = Stamped & { readonly observedAt: number; readonly sequence: number };

/**
 * Compares two versions that one process observed: below zero where the first is the older one. Where their times are
 * the same, the sequence decides before the clock does: it holds within one millisecond, and across a clock that is
 * set back.
 */
export function compareObserved(a: ObservedVersion, b: ObservedVersion): number {
  return (
    compareTimes(a, b) ||
    a.sequence - b.sequence ||
    a.observedAt - b.observedAt ||
    compareText(a.hash, b.hash)
  );
}

/**
 * Compares when two versions were changed. Both times count as of the later observation: where the clock was set back
 * between them, a stamp of both would else lie ahead of it for one of them alone.
 */
export function compareTimes(
  a: Pick<ObservedVersion, 'updatedAt' | 'observedAt'>,
  b: Pick<ObservedVersion, 'updatedAt' | 'observedAt'>,
): number {
  const observedAt = Math.max(a.observedAt, b.observedAt);
  return compareText(orderTime(a.updatedAt, observedAt), orderTime(b.updatedAt, observedAt));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function timeOf(rank: string): Instant {
  return rank.split(SEPARATOR, 1)[0] ?? '';
}

function hasExpired({ expiresAt }: StoredVersion, { now }: Observation): boolean {
  return expiresAt !== undefined && expiresAt <= now.getTime();
}

/** Whether the order of versions speaks against writing. */
function isAbove(stored: StoredVersion, { rank, observation }: IncomingVersion): boolean {
  if (stored.rank === undefined || stored.rank <= rank) return false;
  return !hasExpired(stored, observation) && !ranksAhead(stored.rank, observation.now);
}

/** The very version that is stored, which once was taken over a newer one: its own rank is too low to renew it. */
function isSeenAgain(
  { rank, hash, deletedAt }: StoredVersion,
  { version, observation }: IncomingVersion,
): boolean {
  if (deletedAt !== undefined || hash !== version.hash) return false;
  return (observedAtOf(rank) ?? 0) <= observation.observedAt;
}

function isOverruled(
  { rank = '', deletedAt }: StoredVersion,
  { observation: { overrule } }: IncomingVersion,
): boolean {
  if (overrule === undefined || (observedAtOf(rank) ?? 0) >= overrule.observedBefore) return false;
  if (overrule.what === 'anything') return true;
  return overrule.what === 'tombstone'
    ? deletedAt !== undefined
    : deletedAt === undefined && isUndated(timeOf(rank));
}
