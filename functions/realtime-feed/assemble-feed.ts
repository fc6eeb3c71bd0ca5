import type { RawFrame } from '#core/feed/feed-socket.ts';
import { contentHash } from '#core/json/content-hash.ts';
import type { Now } from '#core/time/clock.ts';
import { CatchUp } from './catch-up.ts';
import { openConnection } from './connection.ts';
import { FrameCounter } from './count-frames.ts';
import type { FeedTiming } from './feed-timing.ts';
import { UpdateGatherer } from './gather-updates.ts';
import { createObservations, type Observations } from './order-observations.ts';
import type { FeedDeps } from './ports.ts';
import { FrameRejections } from './reject-frames.ts';
import { Session, type SessionDeps } from './session.ts';
import { SyncWatch } from './watch-syncs.ts';
import { WriteBuffer } from './write-buffer.ts';
import { createUpdateWriter } from './write-updates.ts';

/** The parts of a feed, connected. */
export type FeedParts = {
  readonly counter: FrameCounter;
  readonly rejections: FrameRejections;
  readonly catchUp: CatchUp;
  readonly gatherer: UpdateGatherer;
  readonly syncWatch: SyncWatch;
  readonly buffer: WriteBuffer;
  readonly session: Session;
};

/**
 * Makes the parts of a feed, each from those before it, and connects them:
 *
 *     socket → session → gatherer → buffer → writer → stores
 *                 ↑                    │
 *                 └────────────────────┘ a full buffer pauses the session
 */
export function assembleFeed(deps: FeedDeps, timing: FeedTiming): FeedParts {
  const { now, sleep, random, log } = deps;
  const counter = new FrameCounter(random);
  const rejections = new FrameRejections({ rejected: deps.rejected, now, sleep, log, timing });
  const catchUp = new CatchUp({ invoke: deps.invoke, runs: deps.runs, now, sleep, random, log, timing });
  const observations = createObservations();
  const reject = (id: string, reason: string) => {
    counter.rejected(now());
    rejections.reject(id, reason);
  };
  const write = createUpdateWriter({
    skills: deps.skills,
    categories: deps.categories,
    ttlMs: deps.options.ttlMs,
    now,
    observations,
    refuse: reject,
    conflict: (effect) => counter.conflict(effect),
  });
  const buffer = new WriteBuffer({
    write,
    reject,
    stored: ({ since }) => {
      counter.stored(Math.max(0, now() - since));
      gatherer.written();
    },
    sleep,
    random,
    log,
    timing,
    limits: deps.limits,
  });
  const gatherer = new UpdateGatherer({ buffer, gatherMs: deps.options.gatherMs, now, log });
  const synced = (listedAt: number) => gatherer.synced(listedAt);
  const syncWatch = new SyncWatch({ runs: deps.runs, now, log, timing, synced });
  const events = consumeUpdates({ counter, catchUp, gatherer, observations, reject, now });
  const session = assembleSession(deps, timing, events);
  buffer.throttle(session);
  return { counter, rejections, catchUp, gatherer, syncWatch, buffer, session };
}

function assembleSession(deps: FeedDeps, timing: FeedTiming, events: SessionDeps['events']): Session {
  const { openSocket, token, now, sleep, random, log, options } = deps;
  const connectionDeps = { openSocket, now, sleep, timing: { ...timing, heartbeatMs: options.heartbeatMs } };
  return new Session({
    connect: (value, connectionEvents) => openConnection(connectionDeps, value, connectionEvents),
    events,
    maxAttempts: options.maxAttempts,
    token,
    now,
    sleep,
    random,
    log,
    timing,
  });
}

type Consumers = Pick<FeedParts, 'counter' | 'catchUp' | 'gatherer'> & {
  readonly observations: Observations;
  readonly reject: (id: string, reason: string) => void;
  readonly now: Now;
};

/** Where what the session hears goes to. */
function consumeUpdates({
  counter,
  catchUp,
  gatherer,
  observations,
  reject,
  now,
}: Consumers): SessionDeps['events'] {
  let arrivals = 0;
  return {
    opened: (isReconnect) => {
      if (isReconnect) counter.reconnected();
      observations.forgetAhead(now());
      catchUp.request();
    },
    update: (update, { bytes }) => {
      const observedAt = now();
      counter.message(update.type, observedAt);
      arrivals += 1;
      gatherer.add({ update, observedAt, order: arrivals, bytes });
    },
    rejected: (reason, frame) => reject(fingerprint(frame), reason),
  };
}

/** Names a frame that was rejected: the same one has the same name. Of a binary frame only its length is known. */
function fingerprint({ text, isBinary, bytes }: RawFrame): string {
  return isBinary ? `binary-${bytes}` : contentHash(text);
}
