import type { Page } from '#core/page.ts';
import type { UntakenMessage } from './queue-rejection.ts';
import type {
  AnswerMeta,
  Rating,
  RatingKey,
  RatingStatus,
  RatingValue,
  RemoteRating,
  UnreadableRating,
  UploadMessage,
} from './rating.ts';

/** The states in which a rating waits for something: those that the sparse index holds. */
export type WaitingStatus = Exclude<RatingStatus, 'synced'>;

/** What a change came to: the rating as it is stored now, and whether this change wrote it. */
export type RatingChange = { readonly rating: Rating | undefined; readonly isChanged: boolean };

export type RatingStore = {
  get(key: RatingKey): Promise<Rating | undefined>;
  /**
   * Carries out a transition by comparing and swapping: it is given what is stored and called again when that
   * changed under it. It must be pure. Undefined leaves the rating as it is.
   *
   * @param known the rating as it was read a moment ago: saves a read when it still is so
   * @throws RatingContendedError when it kept changing
   */
  change(
    key: RatingKey,
    transition: (current: Rating | undefined) => Rating | undefined,
    known?: Rating,
  ): Promise<RatingChange>;
  /** A skill's ratings in the order of their users. @throws InvalidCursorError */
  ofSkill(skillId: string, limit: number, cursor: string | undefined): Promise<Page<Rating>>;
  /**
   * What waits in these states, one state after the other, the longest due first, read through the sparse index: a
   * second late, but each is looked at again and is left out where it no longer waits so.
   *
   * @param dueBefore only what is due then (ms since 1970), and what is due so much later that only a wrong clock can
   *   have put it off: whether it has, the rating itself tells
   * @throws InvalidCursorError
   */
  waiting(
    statuses: readonly WaitingStatus[],
    page: { readonly limit: number; readonly cursor?: string | undefined; readonly dueBefore?: number },
  ): Promise<Page<Rating>>;
  /** How many wait in a state, a second late; of one run's only where it is named. */
  count(status: WaitingStatus, runId?: string): Promise<number>;
};

/** Which skills' ratings are looked at when. */
export type RatingPulls = {
  /** Has the skill's ratings looked at from now on; nothing changes where they are already. */
  ensure(skillId: string, dueAt: number): Promise<void>;
  /** The skills that are due: those that a wrong clock has put off, then the longest due first. */
  due(now: number, limit: number): Promise<readonly string[]>;
  /** When to look next; undefined: not any more, until somebody rates it here. */
  schedule(skillId: string, dueAt: number | undefined): Promise<void>;
};

/** Counts the ratings given here that have reached the marketplace. */
export type RatingTally = {
  add(count: number): Promise<void>;
  read(): Promise<number>;
};

/** What became of two ratings of one user that differed. */
export const RatingConflictOutcome = {
  /** Theirs was newer and became ours. */
  remoteWon: 'remote_won',
  /** Ours was newer and was put in place of theirs. */
  localWon: 'local_won',
  /** Ours was newer, but ratings can't be changed there: theirs stays there and ours here. */
  notSupported: 'updates_not_supported',
} as const;
export type RatingConflictOutcome = (typeof RatingConflictOutcome)[keyof typeof RatingConflictOutcome];

/** One side of a conflict. `at`: milliseconds since 1970, 0 where it has no time. */
export type RatingSide = RatingValue & { readonly at: number };

export type RatingConflict = RatingKey & {
  /** A ULID. */
  readonly id: string;
  readonly detectedAt: number;
  readonly ours: RatingSide;
  readonly theirs: RatingSide;
  readonly outcome: RatingConflictOutcome;
};

/** The conflicts between ratings, kept for 90 days. */
export type RatingConflictLog = {
  append(conflict: RatingConflict): Promise<void>;
  /** Newest first. @throws InvalidCursorError */
  list(limit: number, cursor: string | undefined, now: number): Promise<Page<RatingConflict>>;
};

/** What the marketplace makes of a rating that is sent to it. */
export type RatingAnswer =
  /** Proven by the answer itself. One that proves nothing is a MalformedAnswerError: nobody knows what became of it. */
  | (AnswerMeta & { readonly kind: 'taken'; readonly theirs: RemoteRating })
  /** 409: this user has rated this skill there. */
  | { readonly kind: 'exists' }
  /** 404, 405 or 501 to an update: it is not supported, or there is nothing to update. */
  | { readonly kind: 'not_updated' };

/** The ratings that a skill has there: those that can be read, and what is listed beside them. */
export type RemoteRatings = AnswerMeta & {
  readonly ratings: readonly RemoteRating[];
  readonly unreadable: readonly UnreadableRating[];
};

/**
 * The marketplace's ratings. A call is made once; its failure is the caller's to repeat, with care for what it did.
 *
 * @throws as `Marketplace` does, with MalformedAnswerError also for an answer that proves nothing
 */
export type RatingMarket = {
  /** @throws MarketplaceRefusedError 400: no such rating; 404: no such skill */
  add(key: RatingKey, value: RatingValue, signal?: AbortSignal): Promise<RatingAnswer>;
  update(key: RatingKey, ratingId: string, value: RatingValue, signal?: AbortSignal): Promise<RatingAnswer>;
  /** Undefined: there is no such skill. */
  ofSkill(skillId: string, signal?: AbortSignal): Promise<RemoteRatings | undefined>;
};

/** A message that nobody could work off. `message` is undefined where it can't be read. */
export type DeadLetter = {
  readonly message: UploadMessage | undefined;
  /** When it was sent (ms since 1970, the queue's clock). */
  readonly sentAt: number;
  /** Names it towards the queue, for this one receive. */
  readonly receipt: string;
};

/** The queue of uploads, as whoever fills it sees it. @throws QueueError when it can't be had */
export type UploadQueue = {
  /** Sends messages, each at least once. @returns those that were not taken: one that is refused harms no other */
  send(messages: readonly UploadMessage[], delayMs?: number): Promise<readonly UntakenMessage[]>;
  /** Makes a received message visible again after so long, instead of after the queue's own time. */
  setVisibility(receipt: string, delayMs: number): Promise<void>;
  /** Up to ten dead letters, hidden from others for so long. Empty: there were none to be had. */
  receiveDead(hiddenMs: number): Promise<readonly DeadLetter[]>;
  deleteDead(letters: readonly DeadLetter[]): Promise<void>;
};
