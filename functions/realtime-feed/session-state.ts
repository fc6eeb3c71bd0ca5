import type { TokenUnavailableError } from '#core/errors.ts';
import type { Ending } from '#core/feed/feed-socket.ts';
import { FeedStatus } from '#core/feed/feed-state.ts';
import { describeEnding } from './close-codes.ts';
import {
  attempted,
  type Failures,
  failed,
  NO_FAILURES,
  opened,
  type RetryRules,
  reportFailures,
  reset,
  stable,
} from './count-failures.ts';
import type { FeedTiming } from './feed-timing.ts';

/**
 * The feed's session as a state machine: {@link nextSession} takes a state and an event, and returns the next state and
 * the effects that its owner (`session.ts`) has to perform. It holds no socket, no timer and no clock.
 */
export type SessionState = {
  readonly status: FeedStatus;
  /** Number of the attempt that is under way: what belongs to an earlier one is ignored. */
  readonly attempt: number;
  /** Whether there is a socket, be it opening, open or closing. There is one at most. */
  readonly hasSocket: boolean;
  /** Whether sockets are not read: the present one, and those to come. */
  readonly isPaused: boolean;
  /** What follows `draining`. */
  readonly afterDrain: 'connect' | 'disable' | 'stop';
  readonly failures: Failures;
  /** Sockets that have been opened. */
  readonly opened: number;
  /** Milliseconds since 1970. */
  readonly lastConnectedAt: number | undefined;
  /** For an operator. */
  readonly disconnectReason: string | undefined;
  /** Whether the last attempt found no token to connect with. */
  readonly lacksToken: boolean;
};

/** The state that a session begins in. */
export const IDLE_SESSION: SessionState = {
  status: FeedStatus.idle,
  attempt: 0,
  hasSocket: false,
  isPaused: false,
  afterDrain: 'stop',
  failures: NO_FAILURES,
  opened: 0,
  lastConnectedAt: undefined,
  disconnectReason: undefined,
  lacksToken: false,
};

/** What happens to a session. Any of them may come in any state; one that the table has no row for is ignored. */
export type SessionEvent =
  | { readonly type: 'start'; readonly isEnabled: boolean }
  | { readonly type: 'reconnect' | 'disable' | 'enable' | 'stop' }
  | { readonly type: 'suspend'; readonly reason: string }
  | { readonly type: 'setPaused'; readonly isPaused: boolean }
  | { readonly type: 'tokenRead'; readonly attempt: number; readonly token: string }
  | { readonly type: 'tokenFailed'; readonly attempt: number; readonly code: string }
  | { readonly type: 'socketOpened'; readonly at: number }
  | { readonly type: 'socketEnded'; readonly ending: Ending }
  /** The time of the state's timer is over. */
  | { readonly type: 'timeOver' };

/** What the owner of a session has to do, in this order. */
export type SessionEffect =
  /** @param renew past its cache; the outcome comes as `tokenRead` or `tokenFailed` with this attempt */
  | { readonly type: 'readToken'; readonly attempt: number; readonly renew: boolean }
  | { readonly type: 'openSocket'; readonly token: string }
  /** Starts the closing handshake; the socket's end comes as `socketEnded`. */
  | { readonly type: 'closeSocket' }
  /** Cuts the socket at once; nothing of it is heard any more. */
  | { readonly type: 'cutSocket' }
  | { readonly type: 'pauseSocket' | 'resumeSocket' }
  /** Replaces the timer; `timeOver` comes when it elapses. There is one at most: that of the present state. */
  | { readonly type: 'startTimer'; readonly ms: number }
  | { readonly type: 'stopTimer' }
  | { readonly type: 'announceOpened'; readonly isReconnect: boolean }
  | { readonly type: 'announceIdle' }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn';
      readonly message: string;
      readonly facts: Readonly<Record<string, unknown>>;
    };

export type SessionRules = RetryRules & {
  readonly timing: RetryRules['timing'] & Pick<FeedTiming, 'connectWithinMs' | 'stableMs' | 'tokenRestMs'>;
};

/** A state, and the effects of having come to it. */
export type SessionStep = { readonly state: SessionState; readonly effects: readonly SessionEffect[] };

type Handler<Event> = (state: SessionState, event: Event, rules: SessionRules) => SessionStep;
type Handlers = { readonly [T in SessionEvent['type']]?: Handler<Extract<SessionEvent, { type: T }>> };

const STOPPED = 'the task was stopped';
const DISABLED = 'disabled by an operator';
/** The code of a secret that holds no token. */
const NO_TOKEN: TokenUnavailableError['code'] = 'token_unavailable';
const RECONNECT_REQUESTED = 'an operator asked for a new connection';

/** What each event does in each state; the diagram in docs/realtime-feed.md shows where they lead. */
const TABLE: Readonly<Record<FeedStatus, Handlers>> = {
  idle: {
    start: (state, { isEnabled }, rules) =>
      isEnabled ? connect(state, rules) : leave(state, FeedStatus.disabled),
    disable: (state) => leave(state, FeedStatus.disabled),
    stop: (state) => leave(state, FeedStatus.idle),
  },
  connecting: {
    tokenRead: openSocket,
    tokenFailed: (state, { attempt, code }, rules) =>
      attempt === state.attempt
        ? lose({ ...state, lacksToken: code === NO_TOKEN }, { kind: 'unreachable', cause: code }, rules)
        : unchanged(state),
    socketOpened: welcome,
    socketEnded: (state, { ending }, rules) => lose({ ...state, hasSocket: false }, ending, rules),
    // Also the reading of the token may have taken that long: whether there is one is not known then.
    timeOver: (state, _event, rules) =>
      lose({ ...state, lacksToken: false }, { kind: 'unreachable', cause: 'timeout' }, rules),
    disable: (state) => leave(state, FeedStatus.disabled, DISABLED),
    suspend: (state, { reason }) => leave(state, FeedStatus.idle, reason),
    stop: (state) => leave(state, FeedStatus.idle, STOPPED),
  },
  open: {
    setPaused: (state, { isPaused }) => ({
      state: { ...state, isPaused },
      effects: isPaused === state.isPaused ? [] : [{ type: isPaused ? 'pauseSocket' : 'resumeSocket' }],
    }),
    socketEnded: (state, { ending }, rules) => lose({ ...state, hasSocket: false }, ending, rules),
    timeOver: (state) => unchanged({ ...state, failures: stable(state.failures) }),
    reconnect: (state) => drain(state, 'connect', RECONNECT_REQUESTED),
    disable: (state) => drain(state, 'disable', DISABLED),
    suspend: (state, { reason }) => leave(state, FeedStatus.idle, reason),
    stop: (state) => drain(state, 'stop', STOPPED),
  },
  draining: {
    socketEnded: drained,
    // A stop is final: no wish of an operator replaces it.
    disable: (state) => unchanged(state.afterDrain === 'stop' ? state : { ...state, afterDrain: 'disable' }),
    enable: (state) =>
      unchanged(state.afterDrain === 'disable' ? { ...state, afterDrain: 'connect' } : state),
    suspend: (state, { reason }) => leave(state, FeedStatus.idle, reason),
    stop: (state) => unchanged({ ...state, afterDrain: 'stop' }),
  },
  waiting: {
    timeOver: (state, _event, rules) => connect(state, rules),
    reconnect: connectAfresh,
    disable: (state) => leave(state, FeedStatus.disabled),
    suspend: (state) => leave(state, FeedStatus.idle),
    stop: (state) => leave(state, FeedStatus.idle),
  },
  polling_only: {
    timeOver: connectAfresh,
    reconnect: connectAfresh,
    disable: (state) => leave(state, FeedStatus.disabled),
    suspend: (state) => leave(state, FeedStatus.idle),
    stop: (state) => leave(state, FeedStatus.idle),
  },
  disabled: {
    enable: connectAfresh,
    suspend: (state) => leave(state, FeedStatus.idle),
    stop: (state) => leave(state, FeedStatus.idle),
  },
};

/** In every state whose sockets, if any, are not open yet or no longer read. */
const EVERYWHERE: Handlers = { setPaused: (state, { isPaused }) => unchanged({ ...state, isPaused }) };

/** The state after an event. Pure, but for `rules.random`, which the jitter of a backoff takes its chance from. */
export function nextSession(state: SessionState, event: SessionEvent, rules: SessionRules): SessionStep {
  const handle = TABLE[state.status][event.type] ?? EVERYWHERE[event.type];
  // The row that was looked up by the event's type takes that event.
  return handle ? (handle as Handler<SessionEvent>)(state, event, rules) : unchanged(state);
}

function unchanged(state: SessionState): SessionStep {
  return { state, effects: [] };
}

/** Begins another attempt: the token is read first. */
function connect(state: SessionState, { timing }: SessionRules): SessionStep {
  const attempt = state.attempt + 1;
  return {
    state: { ...state, status: FeedStatus.connecting, attempt, failures: attempted(state.failures) },
    effects: [
      { type: 'startTimer', ms: timing.connectWithinMs },
      { type: 'readToken', attempt, renew: state.failures.renewToken },
    ],
  };
}

function connectAfresh(state: SessionState, _event: unknown, rules: SessionRules): SessionStep {
  return connect({ ...state, failures: reset(state.failures) }, rules);
}

function openSocket(
  state: SessionState,
  event: { readonly attempt: number; readonly token: string },
): SessionStep {
  if (event.attempt !== state.attempt) return unchanged(state);
  const effects: readonly SessionEffect[] = [{ type: 'openSocket', token: event.token }];
  return { state: { ...state, hasSocket: true, lacksToken: false }, effects };
}

function welcome(
  state: SessionState,
  { at }: { readonly at: number },
  { timing }: SessionRules,
): SessionStep {
  const count = state.opened + 1;
  return {
    state: {
      ...state,
      status: FeedStatus.open,
      opened: count,
      failures: opened(state.failures),
      lastConnectedAt: at,
    },
    effects: [
      { type: 'startTimer', ms: timing.stableMs },
      ...(state.isPaused ? [{ type: 'pauseSocket' } as const] : []),
      { type: 'log', level: 'info', message: 'the feed is connected', facts: { opened: count } },
      { type: 'announceOpened', isReconnect: count > 1 },
    ],
  };
}

/** A connection ended, or an attempt failed: its failure decides whether to connect, to wait or to rest. */
function lose(before: SessionState, ending: Ending, rules: SessionRules): SessionStep {
  const reason = describeEnding(ending);
  const { failures, next } = failed(before.failures, ending, rules);
  const lost = { ...before, hasSocket: false, failures, disconnectReason: reason };
  const facts = { reason, next, ...reportFailures(failures) };
  const effects: readonly SessionEffect[] = [
    ...(before.hasSocket ? [{ type: 'cutSocket' } as const] : []),
    { type: 'log', level: 'warn', message: 'the feed is not connected', facts },
  ];
  if (next.kind === 'connect') {
    const step = connect(lost, rules);
    return { state: step.state, effects: [...effects, ...step.effects] };
  }
  const restMs = lost.lacksToken ? rules.timing.tokenRestMs : rules.timing.restMs;
  const [status, ms] =
    next.kind === 'wait' ? [FeedStatus.waiting, next.ms] : [FeedStatus.pollingOnly, restMs];
  return { state: { ...lost, status }, effects: [...effects, { type: 'startTimer', ms }] };
}

function drain(state: SessionState, afterDrain: SessionState['afterDrain'], reason: string): SessionStep {
  return {
    state: { ...state, status: FeedStatus.draining, afterDrain, disconnectReason: reason },
    effects: [{ type: 'stopTimer' }, { type: 'closeSocket' }],
  };
}

function drained(before: SessionState, event: unknown, rules: SessionRules): SessionStep {
  const state = { ...before, hasSocket: false };
  if (state.afterDrain === 'connect') return connectAfresh(state, event, rules);
  return leave(state, state.afterDrain === 'disable' ? FeedStatus.disabled : FeedStatus.idle);
}

/** Ends whatever goes on. The reason is kept only where it ends a socket: else that of the last one stays. */
function leave(state: SessionState, status: 'idle' | 'disabled', reason?: string): SessionStep {
  const { hasSocket } = state;
  const disconnectReason = hasSocket ? reason : state.disconnectReason;
  return {
    state: { ...state, status, hasSocket: false, disconnectReason },
    effects: [
      { type: 'stopTimer' },
      ...(hasSocket ? [{ type: 'cutSocket' } as const] : []),
      ...(status === FeedStatus.idle ? [{ type: 'announceIdle' } as const] : []),
    ],
  };
}
