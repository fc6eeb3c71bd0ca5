import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending, SocketEvents } from '#core/feed/feed-socket.ts';
import { FeedStatus } from '#core/feed/feed-state.ts';
import { openConnection } from '#functions/realtime-feed/connection.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { Session } from '#functions/realtime-feed/session.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';

const ENDINGS: readonly Ending[] = [
  { kind: 'closed', code: 1000 },
  { kind: 'closed', code: 1006 },
  { kind: 'closed', code: 4401 },
  { kind: 'closed', code: 4403 },
  { kind: 'refused', status: 503 },
  { kind: 'refused', status: 401 },
  { kind: 'refused', status: 302 },
  { kind: 'unreachable', cause: 'ECONNREFUSED' },
  { kind: 'broken', code: 1009 },
];

type Step =
  | { readonly kind: 'open' | 'frame' | 'token' | 'no token' }
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'start' | 'reconnect' | 'disable' | 'enable' | 'suspend' | 'stop' | 'pause' | 'resume' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('open' as const, 'token' as const, 'frame' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('no token' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('end' as const), ending: fc.constantFrom(...ENDINGS) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 90, 1_000, 3_000, 10_000, 40_000, 3_600_000),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('start', 'reconnect', 'disable', 'enable', 'suspend', 'stop', 'pause', 'resume'),
    }) as fc.Arbitrary<Step>,
  },
);

/** A socket that does only what the test says. It is live until it is terminated or told to have ended. */
type FakeSocket = { readonly events: SocketEvents; isLive: boolean; isOpen: boolean; isClosing: boolean };

function createScene(seed: readonly number[]) {
  const clock = createVirtualClock();
  const sockets: FakeSocket[] = [];
  const tokens: { give: (token: string) => void; refuse: (error: Error) => void }[] = [];
  let draws = 0;
  let most = 0;
  const live = () => sockets.filter(({ isLive }) => isLive);
  const session = new Session({
    ...clock,
    timing: FEED_TIMING,
    random: () => (seed[draws++ % seed.length] ?? 0) / 100,
    log: SILENT,
    maxAttempts: 3,
    token: () => new Promise((give, refuse) => void tokens.push({ give, refuse })),
    connect: (token, events) =>
      openConnection(
        {
          ...clock,
          timing: { ...FEED_TIMING, heartbeatMs: 30_000 },
          openSocket: (_token, socketEvents) => {
            const socket: FakeSocket = {
              events: socketEvents,
              isLive: true,
              isOpen: false,
              isClosing: false,
            };
            sockets.push(socket);
            most = Math.max(most, live().length);
            return {
              send: () => undefined,
              pause: () => undefined,
              resume: () => undefined,
              close: () => {
                socket.isClosing = true;
              },
              terminate: () => {
                socket.isLive = false;
              },
            };
          },
        },
        token,
        events,
      ),
    events: { opened: () => undefined, update: () => undefined, rejected: () => undefined },
  });
  return { clock, sockets, tokens, session, live, most: () => most };
}

type Scene = ReturnType<typeof createScene>;

async function take({ clock, sockets, tokens, session, live }: Scene, what: Step, stops: Promise<void>[]) {
  const newest = live().at(-1);
  switch (what.kind) {
    case 'token':
      tokens.shift()?.give('token');
      break;
    case 'no token':
      tokens.shift()?.refuse(new Error('none'));
      break;
    case 'open':
      if (newest && !newest.isOpen) {
        newest.isOpen = true;
        newest.events.opened();
      }
      break;
    case 'frame':
      // Also from a socket that is no longer ours: `ws` may still have some in its hands.
      sockets.at(-1)?.events.frame({ text: '{"type":"pong"}', isBinary: false, bytes: 15 });
      break;
    case 'end':
      if (newest) {
        newest.isLive = false;
        newest.events.ended(what.ending);
      }
      break;
    case 'pass':
      await clock.advance(what.ms);
      break;
    case 'start':
      session.start(true);
      break;
    case 'stop':
      stops.push(session.stop());
      break;
    case 'suspend':
      session.suspend('the lease was lost');
      break;
    case 'pause':
    case 'resume':
      session.setPaused(what.kind === 'pause');
      break;
    default:
      session[what.kind]();
  }
  await settle();
}

describe('the session under any interleaving', () => {
  it('holds one socket at most, says the truth, ends when told to and comes up when it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 60 }),
        fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 5 }),
        async (steps, seed) => {
          const scene = createScene(seed);
          const stops: Promise<void>[] = [];
          scene.session.start(true);
          for (const what of steps) {
            await take(scene, what, stops);
            expect(scene.most()).toBeLessThanOrEqual(1);
            const { status, connected } = scene.session.report();
            const socket = scene.live().at(-1);
            expect(connected).toBe(status === FeedStatus.open);
            if (connected) expect(socket?.isOpen).toBe(true);
            if (status === FeedStatus.idle || status === FeedStatus.disabled) expect(socket).toBeUndefined();
          }
          await expectToComeUp(scene);
          await expectToEnd(scene, stops);
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** The longest backoff, so that no attempt goes by unseen; together more than the hour of rest. */
const STEP_MS = 16_000;
const ROUNDS = 240;

/** Whatever happened: with a server that behaves it is open in the end, after its hour at the latest. */
async function expectToComeUp(scene: Scene): Promise<void> {
  const { session, clock } = scene;
  session.setPaused(false);
  for (let round = 0; round < ROUNDS && !session.report().connected; round += 1) {
    session.start(true);
    session.enable();
    // What was asked for in states that are left is answered, too.
    while (scene.tokens.length > 0) await take(scene, { kind: 'token' }, []);
    await take(scene, { kind: 'open' }, []);
    if (!session.report().connected) await clock.advance(STEP_MS);
  }
  expect(session.report().connected).toBe(true);
}

/** A stop resolves even when the other side never answers, and leaves neither socket nor timer. */
async function expectToEnd(scene: Scene, stops: Promise<void>[]): Promise<void> {
  const { session, clock, live, tokens } = scene;
  const stopped = session.stop();
  await clock.advance(10_000);
  await Promise.all([stopped, ...stops]);
  expect(session.report().status).toBe(FeedStatus.idle);
  expect(live()).toEqual([]);
  expect(clock.pending()).toBe(0);
  for (const { give } of tokens) give('too late');
  await settle();
  expect(live()).toEqual([]);
}
