import type { FeedSocket, OpenSocket, SocketEvents } from '#core/feed/feed-socket.ts';
import type { FeedDeps } from '#functions/realtime-feed/ports.ts';
import { createFeed } from '#functions/realtime-feed/serve-feed.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';
import { createVirtualClock, settle, type VirtualClock } from '#test/virtual-clock.ts';

/** The settings of a feed in a test. */
export const OPTIONS = {
  isEnabled: true,
  maxAttempts: 10,
  ttlMs: 86_400_000,
  heartbeatMs: 30_000,
  gatherMs: 900_000,
};

/** One connection as a server sees it. */
export type ServerSide = {
  /** 1 for the first one. */
  readonly number: number;
  readonly events: SocketEvents;
  readonly openedAt: number;
  /** Tells a frame. */
  say(frame: object): void;
};

export type VirtualFeedOptions = {
  readonly clock?: VirtualClock;
  readonly stores?: TestStores;
  /** What the server does with a connection. Default: it accepts it and says nothing. */
  readonly serve?: (side: ServerSide) => void | Promise<void>;
  readonly maxAttempts?: number;
  readonly holder?: string;
  readonly random?: () => number;
  readonly overrides?: Partial<FeedDeps>;
};

/** A server that the test plays: it notes who connects, and answers pings. */
function createVirtualServer(clock: VirtualClock, serve: (side: ServerSide) => void | Promise<void>) {
  const connects: number[] = [];
  const paused: boolean[] = [];
  let newest: ServerSide | undefined;
  const openSocket: OpenSocket = (_token, events): FeedSocket => {
    connects.push(clock.now());
    const told = untilEnded(events);
    const say = (frame: object) => {
      const text = JSON.stringify(frame);
      told.frame({ text, isBinary: false, bytes: text.length });
    };
    const side = { number: connects.length, openedAt: clock.now(), events: told, say };
    newest = side;
    queueMicrotask(() => void serve(side));
    return {
      send: (text) => {
        if (JSON.parse(text).type === 'ping') say({ type: 'pong' });
      },
      pause: () => void paused.push(true),
      resume: () => void paused.push(false),
      close: (code) => queueMicrotask(() => told.ended({ kind: 'closed', code })),
      terminate: () => queueMicrotask(() => told.ended({ kind: 'ours' })),
    };
  };
  const server = () => {
    if (newest === undefined) throw new Error('Nobody has connected');
    return newest;
  };
  return { openSocket, connects, paused, server };
}

/** The events of a socket, of which none comes after its end. */
function untilEnded(events: SocketEvents): SocketEvents {
  let hasEnded = false;
  const only =
    <Args extends unknown[]>(tell: (...args: Args) => void) =>
    (...args: Args) => {
      if (!hasEnded) tell(...args);
    };
  return {
    opened: only(events.opened),
    frame: only(events.frame),
    alive: only(events.alive),
    ended: only((ending) => {
      hasEnded = true;
      events.ended(ending);
    }),
  };
}

/** The whole feed as its task puts it together, on a clock that the test moves and a server that the test plays. */
export async function startVirtualFeed(options: VirtualFeedOptions = {}) {
  const clock = options.clock ?? createVirtualClock();
  const stores = options.stores ?? (await openMemoryStores());
  const { openSocket, ...seen } = createVirtualServer(
    clock,
    options.serve ?? (({ events }) => events.opened()),
  );
  const invoked: { at: number; runId: string }[] = [];
  const stop = new AbortController();
  let draws = 0;
  const feed = createFeed({
    ...clock,
    openSocket,
    token: async () => 'token',
    store: stores.feed,
    skills: stores.skills,
    categories: stores.categories,
    rejected: { ...stores.rejected, ...stores.rejectedRemover },
    runs: stores.runs,
    invoke: async ({ run_id }) => {
      const at = clock.now();
      invoked.push({ at, runId: String(run_id) });
      await stores.runs.put(catchUpRun(String(run_id), at), at + 30 * 86_400_000);
    },
    holder: options.holder ?? 'this task',
    // Different each time, so that the ids of runs differ.
    random: options.random ?? (() => (draws++ % 97) / 97),
    log: SILENT,
    publish: () => undefined,
    beat: () => undefined,
    options: { ...OPTIONS, maxAttempts: options.maxAttempts ?? OPTIONS.maxAttempts },
    ...options.overrides,
  });
  const running = feed.run(stop.signal);
  await settle();
  return {
    clock,
    stores,
    /** When somebody connected; each time that reading was stopped (true) or resumed; the newest connection. */
    ...seen,
    invoked,
    report: async () => (await stores.feed.read()).report,
    async stop() {
      stop.abort();
      await clock.advance(30_000);
      await running;
    },
  };
}

export type VirtualFeed = Awaited<ReturnType<typeof startVirtualFeed>>;

function catchUpRun(runId: string, at: number) {
  return {
    runId,
    job: 'skill-sync-atom-saas',
    status: 'success',
    trigger: 'catch_up',
    startedAt: at,
    endedAt: at,
    progress: { done: 1, total: 1, unit: 'skills' },
    counts: {},
    invocations: 1,
    fence: 1,
  } as const;
}
