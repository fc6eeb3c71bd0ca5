import { errorCode } from '#core/errors.ts';
import { type FeedReport, FeedStatus } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import type { Connection, ConnectionEvents } from './connection.ts';
import { reportFailures } from './count-failures.ts';
import {
  IDLE_SESSION,
  nextSession,
  type SessionEffect,
  type SessionEvent,
  type SessionRules,
} from './session-state.ts';

const NORMAL_CLOSURE = 1000;

export type SessionDeps = {
  readonly connect: (token: string, events: ConnectionEvents) => Connection;
  readonly token: TokenSource;
  /** Failures in a row after which the feed rests. */
  readonly maxAttempts: number;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly timing: SessionRules['timing'];
  readonly events: Pick<ConnectionEvents, 'update' | 'rejected'> & {
    /**
     * A socket is open: what happened before has to be polled.
     * @param isReconnect false for the first socket of this session
     */
    opened(isReconnect: boolean): void;
  };
};

/** What of the feed's report the session knows. */
export type SessionReport = Pick<
  FeedReport,
  | 'status'
  | 'connected'
  | 'reconnectAttempts'
  | 'consecutiveFailures'
  | 'fallbackToPolling'
  | 'lastConnectedAt'
  | 'disconnectReason'
>;

/**
 * The feed's session: performs what its state machine ({@link nextSession}) decides. It owns the one socket, the one
 * timer and the reading of the token. Every method may be called in every state.
 */
export class Session {
  readonly #deps: SessionDeps;
  #state = IDLE_SESSION;
  #connection: Connection | undefined;
  #timer: AbortController | undefined;
  #onIdle: (() => void)[] = [];

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Whether it is not connected for want of a token that could be tried. */
  lacksToken(): boolean {
    return this.#state.lacksToken;
  }

  report(): SessionReport {
    const { status, failures, lastConnectedAt, disconnectReason } = this.#state;
    const connected = status === FeedStatus.open;
    return { status, connected, ...reportFailures(failures), lastConnectedAt, disconnectReason };
  }

  /** Leaves `idle`. */
  start(isEnabled: boolean): void {
    this.#handle({ type: 'start', isEnabled });
  }

  /** Closes the socket, or ends the wait, and connects again. */
  reconnect(): void {
    this.#handle({ type: 'reconnect' });
  }

  disable(): void {
    this.#handle({ type: 'disable' });
  }

  enable(): void {
    this.#handle({ type: 'enable' });
  }

  /** Cuts the socket at once: somebody else may hold the lease. */
  suspend(reason: string): void {
    this.#handle({ type: 'suspend', reason });
  }

  /** Closes the socket in order (1000). Resolves when there is none any more. */
  stop(): Promise<void> {
    const isIdle = new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
    this.#handle({ type: 'stop' });
    return isIdle;
  }

  /** Whether the socket is left unread. Holds for the sockets to come, too. */
  setPaused(isPaused: boolean): void {
    this.#handle({ type: 'setPaused', isPaused });
  }

  #handle(event: SessionEvent): void {
    const { state, effects } = nextSession(this.#state, event, this.#deps);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'readToken':
        this.#readToken(effect.attempt, effect.renew);
        break;
      case 'openSocket':
        this.#openSocket(effect.token);
        break;
      case 'closeSocket':
        this.#connection?.close(NORMAL_CLOSURE);
        break;
      case 'cutSocket':
        this.#cutSocket();
        break;
      case 'pauseSocket':
        this.#connection?.pause();
        break;
      case 'resumeSocket':
        this.#connection?.resume();
        break;
      case 'startTimer':
        this.#startTimer(effect.ms);
        break;
      case 'stopTimer':
        this.#timer?.abort();
        break;
      case 'announceOpened':
        this.#deps.events.opened(effect.isReconnect);
        break;
      case 'announceIdle':
        this.#announceIdle();
        break;
      case 'log':
        this.#deps.log[effect.level](effect.message, effect.facts);
    }
  }

  #readToken(attempt: number, renew: boolean): void {
    this.#deps.token({ renew }).then(
      (token) => this.#handle({ type: 'tokenRead', attempt, token }),
      (error: unknown) => this.#handle({ type: 'tokenFailed', attempt, code: errorCode(error) }),
    );
  }

  #openSocket(token: string): void {
    const { connect, events, now } = this.#deps;
    // Whatever a socket that was cut still tells is about another connection.
    const isOurs = () => this.#connection === own;
    const own = connect(token, {
      opened: () => {
        if (isOurs()) this.#handle({ type: 'socketOpened', at: now() });
      },
      update: (update, frame) => {
        if (isOurs()) events.update(update, frame);
      },
      rejected: (reason, frame) => {
        if (isOurs()) events.rejected(reason, frame);
      },
      ended: (ending) => {
        if (!isOurs()) return;
        this.#connection = undefined;
        this.#handle({ type: 'socketEnded', ending });
      },
    });
    this.#connection = own;
  }

  #cutSocket(): void {
    const cut = this.#connection;
    this.#connection = undefined;
    cut?.terminate({ kind: 'ours' });
  }

  #startTimer(ms: number): void {
    this.#timer?.abort();
    const own = new AbortController();
    this.#timer = own;
    this.#deps.sleep(ms, own.signal).then(
      () => {
        // The sleep may be over, and the timer replaced, in the same tick.
        if (this.#timer === own && !own.signal.aborted) this.#handle({ type: 'timeOver' });
      },
      () => undefined,
    );
  }

  #announceIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
