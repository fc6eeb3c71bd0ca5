import type { Page } from '#core/page.ts';
import type {
  ClosedConflict,
  ConflictEnd,
  ConflictSeverity,
  ConflictType,
  OpenConflict,
  ResolutionStrategy,
  Sides,
} from './conflict.ts';

/** A conflict as it is shown: one that waits, or one that is over. */
export type Conflict = OpenConflict &
  Sides & {
    readonly skillId: string;
    readonly resolution:
      | Pick<ClosedConflict, 'strategy' | 'resolvedBy' | 'resolvedAt' | 'result'>
      | undefined;
  };

/** A conflict that is over, as it is shown. */
export function showClosed(closed: ClosedConflict): Conflict {
  const { strategy, resolvedBy, resolvedAt, result, ...conflict } = closed;
  return { ...conflict, resolution: { strategy, resolvedBy, resolvedAt, result } };
}

/** What a list of conflicts is narrowed down to; all given must hold. */
export type ConflictFilter = {
  readonly status: 'unresolved' | 'resolved' | 'all';
  readonly severity?: ConflictSeverity;
  readonly type?: ConflictType;
};

/** How many conflicts there were, ever. */
export type ConflictTotals = {
  readonly detected: Readonly<Record<ConflictType, number>>;
  readonly resolved: Readonly<Record<ConflictEnd, number>>;
};

/** An admin's word on one conflict. */
export type Resolution = {
  /** As `Conflict` has it with its skill: see {@link ConflictRef}. */
  readonly conflict: ConflictRef;
  readonly strategy: ResolutionStrategy;
  readonly by: string;
  /** `revisionOf` the sides that the admin has seen; undefined where they take it as it is. */
  readonly revision: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** A conflict belongs to one skill, and is found by it. */
export type ConflictRef = { readonly id: string; readonly skillId: string };

/** `changed`: one of the sides is another one than the admin has seen. Nothing was done but for `resolved`. */
export type ResolveOutcome =
  | { readonly outcome: 'resolved' | 'already_resolved' | 'changed'; readonly conflict: Conflict }
  | { readonly outcome: 'unknown' };

/** How long a conflict that is over can be looked at. */
export const CLOSED_KEPT_MS = 90 * 24 * 3_600_000;

/** The conflicts. Open ones never expire; closed ones are kept for 90 days. */
export type ConflictStore = {
  get(conflict: ConflictRef, now: Date): Promise<Conflict | undefined>;
  /** The newest first, open ones before closed ones. @throws InvalidCursorError */
  list(filter: ConflictFilter, limit: number, cursor: string | undefined, now: Date): Promise<Page<Conflict>>;
  /** @throws TooLargeError when what the strategy makes of it does not fit */
  resolve(resolution: Resolution): Promise<ResolveOutcome>;
  /** How many wait for an admin. Eventually consistent. */
  countOpen(): Promise<number>;
  totals(): Promise<ConflictTotals>;
  /**
   * Writes the records of conflicts whose writer died before it could.
   * @returns how many
   */
  drainOutboxes(): Promise<number>;
};

/** The name of a conflict for callers: opaque, and enough to find it with one or two reads. */
export function conflictName({ id, skillId }: ConflictRef): string {
  return `${id}-${Buffer.from(skillId).toString('base64url')}`;
}

/** The conflict that a name is of; undefined for what is no such name. */
export function parseConflictName(name: string): ConflictRef | undefined {
  const [, id, encoded] = /^([0-9A-HJKMNP-TV-Z]{26})-([\w-]{1,700})$/.exec(name) ?? [];
  if (id === undefined || encoded === undefined) return undefined;
  const skillId = Buffer.from(encoded, 'base64url').toString();
  // Other spellings of the same bytes, and bytes that are no text, are not names that were ever given.
  return conflictName({ id, skillId }) === name ? { id, skillId } : undefined;
}
