import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FeedStatus } from '#core/feed/feed-state.ts';
import { NO_FAILURES } from '#functions/realtime-feed/count-failures.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import {
  IDLE_SESSION,
  nextSession,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from '#functions/realtime-feed/session-state.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../../docs/realtime-feed.md'), 'utf8');
const RULES = { maxAttempts: 3, timing: FEED_TIMING, random: () => 0.5 };
const AT = 1_700_000_000_000;

const CONNECTING: SessionState = {
  ...IDLE_SESSION,
  status: FeedStatus.connecting,
  attempt: 1,
  failures: { ...NO_FAILURES, attempts: 0 },
};
const OPENING = { ...CONNECTING, hasSocket: true };
const OPEN = { ...OPENING, status: FeedStatus.open, opened: 1, lastConnectedAt: AT };
const DRAINING = { ...OPEN, status: FeedStatus.draining, disconnectReason: 'why it was closed' };
const RESTING = { ...CONNECTING, disconnectReason: 'closed with 1006' };

/** Every state that behaves differently. */
const STATES = {
  idle: IDLE_SESSION,
  connecting: CONNECTING,
  'connecting, with a socket': OPENING,
  open: OPEN,
  'draining, then connect': { ...DRAINING, afterDrain: 'connect' },
  'draining, then disable': { ...DRAINING, afterDrain: 'disable' },
  'draining, then stop': { ...DRAINING, afterDrain: 'stop' },
  waiting: { ...RESTING, status: FeedStatus.waiting },
  polling_only: { ...RESTING, status: FeedStatus.pollingOnly },
  disabled: { ...RESTING, status: FeedStatus.disabled },
} as const satisfies Record<string, SessionState>;

const EVENTS = {
  start: { type: 'start', isEnabled: true },
  'start, disabled': { type: 'start', isEnabled: false },
  reconnect: { type: 'reconnect' },
  disable: { type: 'disable' },
  enable: { type: 'enable' },
  stop: { type: 'stop' },
  suspend: { type: 'suspend', reason: 'the lease was lost' },
  pause: { type: 'setPaused', isPaused: true },
  tokenRead: { type: 'tokenRead', attempt: 1, token: 'token' },
  'tokenRead, of another attempt': { type: 'tokenRead', attempt: 0, token: 'token' },
  tokenFailed: { type: 'tokenFailed', attempt: 1, code: 'secret_unavailable' },
  'tokenFailed, of another attempt': { type: 'tokenFailed', attempt: 0, code: 'secret_unavailable' },
  socketOpened: { type: 'socketOpened', at: AT },
  'socketEnded, 1006': { type: 'socketEnded', ending: { kind: 'closed', code: 1006 } },
  'socketEnded, 4401': { type: 'socketEnded', ending: { kind: 'closed', code: 4401 } },
  'socketEnded, 4403': { type: 'socketEnded', ending: { kind: 'closed', code: 4403 } },
  timeOver: { type: 'timeOver' },
} as const satisfies Record<string, SessionEvent>;

const CONNECTS = 'connecting: startTimer 30000, readToken';
const LEAVES = 'idle: stopTimer, announceIdle';
const CUTS = 'idle: stopTimer, cutSocket, announceIdle';
const DISABLES = 'disabled: stopTimer';
const WAITS = 'waiting: log, startTimer 500';
const RESTS = 'polling_only: log, startTimer 3600000';

/** What each event leads to. What is not here changes nothing at all; `(then x)` and `(paused)` change the state alone. */
const EXPECTED: Record<keyof typeof STATES, Partial<Record<keyof typeof EVENTS, string>>> = {
  idle: {
    start: CONNECTS,
    'start, disabled': DISABLES,
    disable: DISABLES,
    stop: LEAVES,
    pause: 'idle: (paused)',
  },
  connecting: {
    tokenRead: 'connecting: openSocket',
    tokenFailed: WAITS,
    timeOver: WAITS,
    disable: DISABLES,
    stop: LEAVES,
    suspend: LEAVES,
    pause: 'connecting: (paused)',
  },
  'connecting, with a socket': {
    socketOpened: 'open: startTimer 60000, log, announceOpened',
    'socketEnded, 1006': WAITS,
    'socketEnded, 4401': 'connecting: log, startTimer 30000, readToken',
    'socketEnded, 4403': RESTS,
    timeOver: 'waiting: cutSocket, log, startTimer 500',
    disable: 'disabled: stopTimer, cutSocket',
    stop: CUTS,
    suspend: CUTS,
    pause: 'connecting: (paused)',
  },
  open: {
    'socketEnded, 1006': WAITS,
    'socketEnded, 4401': 'connecting: log, startTimer 30000, readToken',
    'socketEnded, 4403': RESTS,
    reconnect: 'draining: stopTimer, closeSocket (then connect)',
    disable: 'draining: stopTimer, closeSocket (then disable)',
    stop: 'draining: stopTimer, closeSocket',
    suspend: CUTS,
    pause: 'open: pauseSocket (paused)',
  },
  'draining, then connect': {
    'socketEnded, 1006': CONNECTS,
    'socketEnded, 4401': CONNECTS,
    'socketEnded, 4403': CONNECTS,
    disable: 'draining: (then disable)',
    stop: 'draining: (then stop)',
    suspend: CUTS,
    pause: 'draining: (paused)',
  },
  'draining, then disable': {
    'socketEnded, 1006': DISABLES,
    'socketEnded, 4401': DISABLES,
    'socketEnded, 4403': DISABLES,
    enable: 'draining: (then connect)',
    stop: 'draining: (then stop)',
    suspend: CUTS,
    pause: 'draining: (paused)',
  },
  'draining, then stop': {
    'socketEnded, 1006': LEAVES,
    'socketEnded, 4401': LEAVES,
    'socketEnded, 4403': LEAVES,
    suspend: CUTS,
    pause: 'draining: (paused)',
  },
  waiting: {
    timeOver: CONNECTS,
    reconnect: CONNECTS,
    disable: DISABLES,
    stop: LEAVES,
    suspend: LEAVES,
    pause: 'waiting: (paused)',
  },
  polling_only: {
    timeOver: CONNECTS,
    reconnect: CONNECTS,
    disable: DISABLES,
    stop: LEAVES,
    suspend: LEAVES,
    pause: 'polling_only: (paused)',
  },
  disabled: { enable: CONNECTS, stop: LEAVES, suspend: LEAVES, pause: 'disabled: (paused)' },
};

/** A socket tells nothing where there is none, and no token comes where the socket of this attempt is open already. */
function canHappen(state: SessionState, { type }: SessionEvent): boolean {
  if (type === 'socketOpened') return state.status === FeedStatus.connecting && state.hasSocket;
  if (type === 'socketEnded') return state.hasSocket;
  return !(type.startsWith('token') && state.status === FeedStatus.connecting && state.hasSocket);
}

/** The outcome of an event in words; undefined when nothing has changed. */
function outcome(before: SessionState, event: SessionEvent): string | undefined {
  const { state, effects } = nextSession(before, event, RULES);
  const notes = [
    ...(state.afterDrain === before.afterDrain ? [] : [`(then ${state.afterDrain})`]),
    ...(state.isPaused === before.isPaused ? [] : ['(paused)']),
  ];
  const isSame = state.status === before.status && effects.length === 0 && notes.length === 0;
  return isSame
    ? undefined
    : `${state.status}: ${[effects.map(nameOf).join(', '), ...notes].filter(Boolean).join(' ')}`;
}

function nameOf(effect: SessionEffect): string {
  return effect.type === 'startTimer' ? `startTimer ${effect.ms}` : effect.type;
}

describe('Function: nextSession', () => {
  describe.each(Object.entries(STATES))('in the state %s', (name, state) => {
    it.each(Object.entries(EVENTS).filter(([, sent]) => canHappen(state, sent)))(
      'does what the table says on %s',
      (event, sent) => {
        const expected = EXPECTED[name as keyof typeof STATES][event as keyof typeof EVENTS];
        expect(outcome(state, sent)).toBe(expected);
      },
    );
  });

  it('forgets the failures of a connection that is stable', () => {
    const failures = { ...NO_FAILURES, inARow: 2, fallbackToPolling: true, mayRenewAtOnce: false };

    const { state, effects } = nextSession({ ...OPEN, failures }, EVENTS.timeOver, RULES);

    expect([state.status, effects]).toEqual(['open', []]);
    expect(state.failures).toMatchObject({ inARow: 0, fallbackToPolling: false, mayRenewAtOnce: true });
  });

  it('allows all attempts again after the rest and for an operator, but not after a wait', () => {
    const failures = { ...NO_FAILURES, inARow: 3 };
    const inARow = (state: SessionState, event: SessionEvent) =>
      nextSession({ ...state, failures }, event, RULES).state.failures.inARow;

    expect(inARow(STATES.polling_only, EVENTS.timeOver)).toBe(0);
    expect(inARow(STATES.waiting, EVENTS.reconnect)).toBe(0);
    expect(inARow(STATES.disabled, EVENTS.enable)).toBe(0);
    expect(inARow(STATES.waiting, EVENTS.timeOver)).toBe(3);
  });

  it('has the token read past its cache once, after it was rejected', () => {
    const rejected = nextSession(OPEN, EVENTS['socketEnded, 4401'], RULES);
    expect(rejected.effects).toContainEqual({ type: 'readToken', attempt: 2, renew: true });
    expect(rejected.state.failures.renewToken).toBe(false);
  });

  it('pauses the next socket, too, and counts the sockets after the first as reconnects', () => {
    const first = nextSession({ ...OPENING, isPaused: true }, EVENTS.socketOpened, RULES);
    expect(first.effects).toContainEqual({ type: 'pauseSocket' });
    expect(first.effects).toContainEqual({ type: 'announceOpened', isReconnect: false });
    const second = nextSession({ ...OPENING, opened: 1 }, EVENTS.socketOpened, RULES);
    expect(second.effects).toContainEqual({ type: 'announceOpened', isReconnect: true });
  });

  it('says why a socket ended, and keeps that when there was none to end', () => {
    const reason = (state: SessionState, event: SessionEvent) =>
      nextSession(state, event, RULES).state.disconnectReason;
    expect(reason(OPEN, EVENTS['socketEnded, 1006'])).toBe('closed with 1006');
    expect(reason(OPEN, EVENTS.suspend)).toBe('the lease was lost');
    expect(reason(OPEN, EVENTS.disable)).toBe('disabled by an operator');
    expect(reason(CONNECTING, EVENTS.tokenFailed)).toBe('unreachable: secret_unavailable');
    expect(reason(OPENING, EVENTS.timeOver)).toBe('unreachable: timeout');
    expect(reason(STATES.waiting, EVENTS.suspend)).toBe('closed with 1006');
    expect(reason(CONNECTING, EVENTS.disable)).toBeUndefined();
  });
});

/** A state without what grows without end: beyond the attempts that there are, all failures are alike. */
function essence(state: SessionState): string {
  const inARow = Math.min(state.failures.inARow, RULES.maxAttempts + 1);
  const failures = { ...state.failures, inARow, attempts: 0 };
  return JSON.stringify({ ...state, failures, attempt: 0, opened: 0, lastConnectedAt: 0 });
}

/** Everything that one event can lead to. */
function successors(state: SessionState): SessionState[] {
  return Object.values(EVENTS)
    .map((sent) => ('attempt' in sent ? { ...sent, attempt: state.attempt } : sent))
    .filter((event) => canHappen(state, event))
    .map((event) => nextSession(state, event, RULES).state);
}

/** Every step from one state to another, and each new attempt, that any sequence of events can lead to. */
function reachableTransitions(): string[] {
  const met = new Set<string>();
  const transitions = new Set<string>();
  const unvisited: SessionState[] = [IDLE_SESSION];
  for (let state = unvisited.pop(); state !== undefined; state = unvisited.pop()) {
    for (const next of successors(state)) {
      const isStep = next.status !== state.status || next.attempt !== state.attempt;
      if (isStep) transitions.add(`${state.status} ${next.status}`);
      if (!met.has(essence(next))) unvisited.push(next);
      met.add(essence(next));
    }
  }
  return [...transitions];
}

describe('the diagram of the states', () => {
  it('shows the transitions that there are', () => {
    const shown = [...DOCUMENT.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`);
    const wanted = reachableTransitions();
    expect(shown.sort()).toEqual(wanted.sort());
  });
});

describe('A session without a token', () => {
  const exhausted = { ...CONNECTING, failures: { ...NO_FAILURES, attempts: 3, inARow: RULES.maxAttempts } };
  const next = (state: SessionState, event: SessionEvent) => nextSession(state, event, RULES);
  const failedFor = (code: string) => next(exhausted, { type: 'tokenFailed', attempt: 1, code });

  it('rests for five minutes instead of an hour, and says so', () => {
    const { state, effects } = failedFor('token_unavailable');
    expect(state).toMatchObject({ status: FeedStatus.pollingOnly, lacksToken: true });
    expect(effects).toContainEqual({ type: 'startTimer', ms: 300_000 });
  });

  it('is one only where the secret holds none', () => {
    const { state, effects } = failedFor('secret_unavailable');
    expect(state).toMatchObject({ status: FeedStatus.pollingOnly, lacksToken: false });
    expect(effects).toContainEqual({ type: 'startTimer', ms: 3_600_000 });
  });

  it('is one until a token was read, or could not be in time', () => {
    const again = next(failedFor('token_unavailable').state, { type: 'timeOver' }).state;
    expect(again).toMatchObject({ status: FeedStatus.connecting, lacksToken: true });
    expect(next(again, { type: 'timeOver' }).state.lacksToken).toBe(false);
    const read = next(again, { type: 'tokenRead', attempt: again.attempt, token: 'token' });
    expect(read.state.lacksToken).toBe(false);
  });
});
