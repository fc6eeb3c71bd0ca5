import { compareObserved, compareTimes, type ObservedVersion } from '#core/skills/version-order.ts';
import type { Instant } from '#core/time/instant.ts';
import type { FeedUpdate } from './read-frame.ts';

/** An update with the arrival of its frame. */
export type Arrival<Update extends FeedUpdate = FeedUpdate> = {
  readonly update: Update;
  /** When it came, milliseconds since 1970. */
  readonly observedAt: number;
  /**
   * Its place among all that came to this process: frames come in an order, even within one millisecond and across a
   * clock that is set back. Where it is not known, the time and then the content hash decide.
   */
  readonly order?: number;
  readonly bytes: number;
};

type Change = Arrival<Exclude<FeedUpdate, { type: 'rating_update' }>>;
type Aggregates = Arrival<Extract<FeedUpdate, { type: 'rating_update' }>>;

/** What is still to be written of one skill or category: its newest change, and its newest aggregates beside it. */
export type Pending = {
  readonly key: string;
  readonly change?: Change;
  readonly aggregates?: Aggregates;
  /** When the oldest frame in it arrived: how long the newest one waits says nothing about a skill that never rests. */
  readonly since: number;
  readonly bytes: number;
};

/** One arrival as what is to be written. */
export function pendingOf(arrival: Arrival): Pending {
  const { update, observedAt: since, bytes } = arrival;
  const base = { key: keyOf(update), since, bytes };
  return isAggregates(arrival) ? { ...base, aggregates: arrival } : { ...base, change: arrival as Change };
}

/**
 * Two of the same key as one: the newest of each kind by the order of versions, whichever came first. Aggregates stay
 * beside an older change and are written after it, since they may belong to a version that the change is part of.
 */
export function coalesce(a: Pending, b: Pending): Pending {
  const change = newest(a.change, b.change);
  const latest = newest(a.aggregates, b.aggregates);
  const aggregates = change && latest && areOutdated(latest, change) ? undefined : latest;
  return {
    key: a.key,
    ...(change ? { change } : {}),
    ...(aggregates ? { aggregates } : {}),
    since: Math.min(a.since, b.since),
    bytes: (change?.bytes ?? 0) + (aggregates?.bytes ?? 0),
  };
}

function keyOf(update: FeedUpdate): string {
  switch (update.type) {
    case 'category_update':
      return `category ${update.version.category.name}`;
    case 'skill_update':
      return `skill ${update.version.skill.skill_id}`;
    case 'rating_update':
      return `skill ${update.aggregates.skillId}`;
    case 'skill_delete':
      return `skill ${update.skillId}`;
  }
}

/** A version has aggregates of its own: older ones, and those that came before it at the same time, are over. */
function areOutdated(aggregates: Aggregates, change: Change): boolean {
  const [theirs, its] = [observed(aggregates), observed(change)];
  return (compareTimes(theirs, its) || theirs.sequence - its.sequence) < 0;
}

/** By the order of versions, which each write is held to once more. */
function newest<A extends Arrival>(a: A | undefined, b: A | undefined): A | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareObserved(observed(a), observed(b)) > 0 ? a : b;
}

function observed({ update, observedAt, order = 0 }: Arrival): ObservedVersion {
  return { updatedAt: stampOf(update), hash: hashOf(update), observedAt, sequence: order };
}

function stampOf(update: FeedUpdate): Instant {
  switch (update.type) {
    case 'category_update':
    case 'skill_update':
      return update.version.updatedAt;
    case 'rating_update':
      return update.updatedAt;
    case 'skill_delete':
      return update.deletedAt;
  }
}

/** A removal has none, so that the live version of the same millisecond is the newer one. */
function hashOf(update: FeedUpdate): string {
  return update.type === 'skill_update' || update.type === 'category_update' ? update.version.hash : '';
}

function isAggregates(arrival: Arrival): arrival is Aggregates {
  return arrival.update.type === 'rating_update';
}
