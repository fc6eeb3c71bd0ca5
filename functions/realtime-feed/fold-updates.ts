import type { Instant } from '../core/instant.ts';
import { orderTime } from '../core/version-time.ts';
import type { FeedUpdate } from './read-frame.ts';

/** An update with the arrival of its frame. */
export type Arrival<Update extends FeedUpdate = FeedUpdate> = {
  readonly update: Update;
  /** Milliseconds since 1970. */
  readonly observedAt: number;
  readonly bytes: number;
};

type Change = Arrival<Exclude<FeedUpdate, { type: 'rating_update' }>>;
type Figures = Arrival<Extract<FeedUpdate, { type: 'rating_update' }>>;

/** What is still to be written of one skill or category: its newest change, and its newest figures beside it. */
export type Pending = {
  readonly key: string;
  readonly change?: Change;
  readonly figures?: Figures;
  /** When the oldest frame in it arrived: how long the newest one waits says nothing about a skill that never rests. */
  readonly since: number;
  readonly bytes: number;
};

/** One arrival as what is to be written. */
export function pendingOf(arrival: Arrival): Pending {
  const { update, observedAt: since, bytes } = arrival;
  const base = { key: keyOf(update), since, bytes };
  return isFigures(arrival) ? { ...base, figures: arrival } : { ...base, change: arrival as Change };
}

/**
 * Two of the same key as one: the newest of each kind by the order of versions, whichever came first. Figures stay
 * beside an older change and are written after it, since they may belong to a version that the change is part of.
 */
export function fold(a: Pending, b: Pending): Pending {
  const change = newest(a.change, b.change);
  const latest = newest(a.figures, b.figures);
  const figures = change && latest && timeOf(latest) < timeOf(change) ? undefined : latest;
  return {
    key: a.key,
    ...(change ? { change } : {}),
    ...(figures ? { figures } : {}),
    since: Math.min(a.since, b.since),
    bytes: (change?.bytes ?? 0) + (figures?.bytes ?? 0),
  };
}

function keyOf(update: FeedUpdate): string {
  switch (update.type) {
    case 'category_update':
      return `category ${update.version.category.name}`;
    case 'skill_update':
      return `skill ${update.version.skill.skill_id}`;
    case 'rating_update':
      return `skill ${update.figures.skillId}`;
    case 'skill_delete':
      return `skill ${update.skillId}`;
  }
}

/** The order of `#core/cached-skill.ts`, which each write is held to once more. */
function newest<A extends Arrival>(a: A | undefined, b: A | undefined): A | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (timeOf(a) !== timeOf(b)) return timeOf(a) > timeOf(b) ? a : b;
  if (a.observedAt !== b.observedAt) return a.observedAt > b.observedAt ? a : b;
  return hashOf(a) > hashOf(b) ? a : b;
}

function timeOf({ update, observedAt }: Arrival): Instant {
  return orderTime(stampOf(update), observedAt);
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
function hashOf({ update }: Arrival): string {
  return update.type === 'skill_update' || update.type === 'category_update' ? update.version.hash : '';
}

function isFigures(arrival: Arrival): arrival is Figures {
  return arrival.update.type === 'rating_update';
}
