import { HIGH_RATE_LIMIT_USE } from '#core/alarm-thresholds.ts';
import type { MarketplaceUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import {
  LONGEST_HOLD_MS,
  LONGEST_SPARE_MS,
  type PermitRelease,
  paused,
  pauseInForce,
  type RequestWindow,
  resumed,
  taken,
  type Wanted,
  type WindowState,
  withReleases,
} from '#core/marketplace/request-window.ts';
import type { Now } from '#core/time/clock.ts';

export type WindowShareDeps = {
  readonly window: RequestWindow;
  readonly now: Now;
  /** Requests in any 60 s, over all processes. */
  readonly perMinute: number;
  /** Permits to be taken ahead in one write. */
  readonly ahead: number;
  /** Where given, a table that can't be reached is warned of here, and this process counts alone for a while. */
  readonly withoutTable: Log | undefined;
  /** Where given, it is called, at most once a minute, with the percent of the requests that are in use where that is much. */
  readonly onHighUse: ((percent: number) => void) | undefined;
};

/** How long to wait before asking again, 0 where there are permits; and whether a pause is the reason. */
export type Refill = { readonly waitMs: number; readonly isPaused: boolean };

/** The window is read again at the latest after this: permits may come free, and a pause end, before their time. */
export const REREAD_AFTER_MS = 5_000;
/** Without the table: how long nobody asks it again. */
const WITHOUT_TABLE_MS = 60_000;
/** A high use is told of once in so long. */
const HIGH_USE_EVERY_MS = 60_000;

type Transition<T> = (state: WindowState) => { readonly state: WindowState; readonly result: T };

/**
 * The window of requests as one process knows it: the permits that it has taken, and what it has to tell the others.
 * Both go over the table in one write, `#exchange`.
 *
 * A permit is taken by {@link refill}, handed out by {@link takeAtHand}, and comes back by {@link release}, or by
 * {@link giveBack} where it was not used.
 */
export class WindowShare {
  readonly #deps: WindowShareDeps;
  /** Permits that are ours and not used yet, by the time until which they are held. */
  #pool: number[] = [];
  /** What the window has to be told of permits. */
  #releases: PermitRelease[] = [];
  /** A pause that the window has not been told of, and the one that it last told us. */
  #askedUntil = 0;
  #knownUntil = 0;
  /** Why, where it was this process that was asked to stay away, and by another status than 429. */
  #because: MarketplaceUnavailableError | undefined;
  /** When the window was read last. */
  #seenAt = 0;
  /** When a high use was told of last. */
  #highUseAt = Number.NEGATIVE_INFINITY;
  /** Requests that wait for a permit, and the exchange that takes permits for all of them. */
  #waiting = 0;
  #refilling: Promise<Refill> | undefined;
  /** The writes of pauses that are under way. */
  #telling: Promise<unknown> | undefined;
  #withoutTableUntil = 0;

  constructor(deps: WindowShareDeps) {
    this.#deps = deps;
  }

  /** What a pause in force was asked for with, where that was no 429. */
  get because(): MarketplaceUnavailableError | undefined {
    return this.#because;
  }

  /**
   * Reads the window where that is due. Whoever has permits at hand need not ask for any, and would not learn that
   * somebody else was asked to stay away.
   */
  async rereadIfDue(): Promise<void> {
    const nowMs = this.#deps.now();
    const isDue = nowMs - this.#seenAt >= REREAD_AFTER_MS && nowMs >= this.#withoutTableUntil;
    if (this.#pool.length === 0 || !isDue) return;
    try {
      await this.tell();
    } catch (error) {
      this.#countAlone(error);
    }
  }

  /** A permit that may be used now. One that was taken too long ago would not be held until its request's end. */
  takeAtHand(): number | undefined {
    if (this.#pauseLeftMs() > 0) return undefined;
    const nowMs = this.#deps.now();
    const isFresh = (held: number) => held - nowMs >= LONGEST_HOLD_MS - LONGEST_SPARE_MS;
    for (const held of this.#pool) if (!isFresh(held)) this.#releases.push({ held });
    this.#pool = this.#pool.filter(isFresh);
    return this.#pool.pop();
  }

  /** Takes permits for all that wait, in one exchange. @throws StorageError */
  async refill(): Promise<Refill> {
    this.#waiting += 1;
    try {
      this.#refilling ??= this.#refillOnce().finally(() => {
        this.#refilling = undefined;
      });
      return await this.#refilling;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** The request of this permit was sent: it is held until so late. */
  release(held: number, freeAt: number): void {
    this.#releases.push({ held, freeAt });
  }

  /** The request of this permit was not sent: the next one may have it. */
  giveBack(held: number): void {
    this.#pool.push(held);
  }

  /** Has everybody stay away for so long. The others should know at once; what fails is told by the next exchange. */
  pause(ms: number, because: MarketplaceUnavailableError | undefined): void {
    if (ms > this.#pauseLeftMs()) this.#because = because;
    this.#askedUntil = Math.max(this.#askedUntil, this.#deps.now() + ms);
    this.#telling = Promise.all([this.#telling, this.tell().catch(() => undefined)]);
  }

  /** Ends a pause, for everybody. @throws StorageError */
  async resume(): Promise<void> {
    await this.#telling;
    this.#askedUntil = 0;
    await this.#exchange((state) => ({ state: resumed(state, this.#deps.now()), result: undefined }));
  }

  /** Returns what was not used, and tells what has not been told yet. @throws StorageError */
  async flush(): Promise<void> {
    await this.#telling;
    for (const held of this.#pool.splice(0)) this.#releases.push({ held });
    if (this.#releases.length > 0 || this.#askedUntil > this.#deps.now()) await this.tell();
  }

  /** Tells the window what there is to tell, and learns of a pause. @throws StorageError */
  tell(): Promise<undefined> {
    return this.#exchange((state) => ({ state, result: undefined }));
  }

  /** Until when everybody stays away as far as this process knows (ms since 1970), 0 where nobody has to. */
  pausedUntil(): number {
    return pauseInForce(this.#knownUntil, this.#deps.now());
  }

  #pauseLeftMs(): number {
    const nowMs = this.#deps.now();
    const until = Math.max(pauseInForce(this.#askedUntil, nowMs), pauseInForce(this.#knownUntil, nowMs));
    return Math.max(0, until - nowMs);
  }

  /** Changes the window, tells it what there is to tell, and learns of a pause. @throws StorageError */
  async #exchange<T>(act: Transition<T>): Promise<T> {
    const { window, now } = this.#deps;
    const [told, asked] = [this.#releases, this.#askedUntil];
    this.#releases = [];
    const change = (stored: WindowState) => {
      const { state, result } = act(paused(withReleases(stored, told, now()), asked, now()));
      return { state, result: { result, pause: state.pausedUntil, used: state.permits.length } };
    };
    const { result, pause, used } = await window.change(change).catch((error) => {
      this.#releases = [...told, ...this.#releases];
      throw error;
    });
    this.#learn(pause, asked);
    // Once the window has been told: what fails here must not have it told again.
    this.#tellHighUse(used);
    return result;
  }

  /** @param asked the pause that the window has just been told of */
  #learn(pause: number, asked: number): void {
    if (this.#askedUntil === asked) this.#askedUntil = 0;
    // Lifted, or lengthened by somebody else: what was asked of us is not the reason any more.
    if (pause !== asked && pause !== this.#knownUntil) this.#because = undefined;
    this.#knownUntil = pause;
    this.#seenAt = this.#deps.now();
  }

  #tellHighUse(used: number): void {
    const { onHighUse, perMinute, now } = this.#deps;
    const percent = (100 * used) / perMinute;
    const sinceMs = now() - this.#highUseAt;
    if (percent < HIGH_RATE_LIMIT_USE || (sinceMs >= 0 && sinceMs < HIGH_USE_EVERY_MS)) return;
    this.#highUseAt = now();
    onHighUse?.(percent);
  }

  async #refillOnce(): Promise<Refill> {
    const { now, ahead, perMinute: limit } = this.#deps;
    const heldUntil = now() + LONGEST_HOLD_MS;
    const wanted = { waiting: Math.max(1, this.#waiting), ahead, limit, now: now(), heldUntil };
    if (now() < this.#withoutTableUntil) return this.#refillAlone(wanted);
    try {
      const { count, waitMs } = await this.#exchange((state) => taken(state, wanted));
      this.#addToPool(count, heldUntil);
      return { waitMs, isPaused: this.#pauseLeftMs() > 0 };
    } catch (error) {
      this.#countAlone(error);
      return this.#refillAlone(wanted);
    }
  }

  /** Without the table: permits of our own making, which the window is told of once it is there again. */
  #refillAlone({ waiting, heldUntil }: Pick<Wanted, 'waiting' | 'heldUntil'>): Refill {
    const waitMs = this.#pauseLeftMs();
    if (waitMs === 0) this.#addToPool(waiting, heldUntil);
    return { waitMs, isPaused: waitMs > 0 };
  }

  #addToPool(count: number, heldUntil: number): void {
    for (let n = 0; n < count; n += 1) this.#pool.push(heldUntil);
  }

  /** Does without the table for a while, where that is wanted. @throws the error where it is not */
  #countAlone(error: unknown): void {
    const { withoutTable, now } = this.#deps;
    if (withoutTable === undefined) throw error;
    const message = 'the shared limit of requests can not be had; this process counts alone for a minute';
    withoutTable.warn(message, { error });
    this.#withoutTableUntil = now() + WITHOUT_TABLE_MS;
  }
}
