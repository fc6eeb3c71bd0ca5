import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingTally } from '#adapters/dynamodb/ratings/memory-rating-tally.ts';
import {
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  QueueError,
  RateLimitedError,
  StorageError,
} from '#core/errors.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { RatingMarket } from '#core/ratings/rating-ports.ts';
import { claimed } from '#core/ratings/rating-state.ts';
import { formatUploadMessage } from '#core/ratings/upload-message.ts';
import { type BatchDeps, MessageReturnedError, startBatch } from '#functions/rating-upload/upload-batch.ts';
import { createUploadHarness, KEY, T0 } from './upload-harness.ts';

const MINUTE = 60_000;
const MAX_RECEIVES = 5;
const MESSAGE = { ...KEY, revision: 1 };

describe('Function: startBatch', () => {
  it('lets a message go whose rating was uploaded, and counts it, the first of its user in the tally too', async () => {
    const s = await createBatch(taking());

    await s.receive();

    expect(await s.batch.end()).toEqual({ uploaded: 1, failed: 0, skipped: 0 });
    expect([s.visibility, s.sent]).toEqual([[], []]);
    expect(await s.tally.read()).toBe(1);
  });

  it('counts no second upload of a rating in the tally', async () => {
    const s = await createBatch(taking());
    await s.receive();
    await s.give(5);

    await s.receive({ message: { ...KEY, revision: 2 } });

    expect(await s.batch.end()).toMatchObject({ uploaded: 2 });
    expect(await s.tally.read()).toBe(1);
  });

  it('returns a message that is none of ours at once, as failed', async () => {
    const s = await createBatch(taking());

    await expect(s.receive({ body: '{"other":1}' })).rejects.toThrow(MessageReturnedError);

    expect(s.visibility).toEqual([['receipt', 0]]);
    expect(await s.batch.end()).toMatchObject({ uploaded: 0, failed: 1 });
    expect(s.log.lines).toMatchObject([{ level: 'error' }]);
  });

  it('returns a message after the delay of its failure', async () => {
    const s = await createBatch(failing(new MarketplaceUnavailableError('down', { status: 503 })));

    await expect(s.receive()).rejects.toThrow(MessageReturnedError);

    expect(s.visibility).toEqual([['receipt', 10_000]]);
    expect(await s.batch.end()).toMatchObject({ failed: 1 });
  });

  it('lets a message go whose rating is rejected for good, as failed', async () => {
    const s = await createBatch(failing(new MarketplaceRefusedError('no', 400)));

    await s.receive();

    expect(s.visibility).toEqual([]);
    expect(await s.batch.end()).toMatchObject({ failed: 1 });
  });

  it('returns a message after just the wait that the marketplace asked for, as skipped', async () => {
    const s = await createBatch(failing(new RateLimitedError('wait', 20 * MINUTE)));

    await expect(s.receive()).rejects.toThrow(MessageReturnedError);

    expect(s.visibility).toEqual([['receipt', 20 * MINUTE]]);
    expect(await s.batch.end()).toMatchObject({ failed: 0, skipped: 1 });
  });

  it('sends a message anew that has to wait at its last receive, and lets the old one go', async () => {
    const s = await createBatch(failing(new RateLimitedError('wait', MINUTE)));

    await s.receive({ receiveCount: MAX_RECEIVES });

    expect(s.sent).toEqual([[MESSAGE, MINUTE]]);
    expect(s.visibility).toEqual([]);
  });

  it('returns a message at its last receive that the queue does not take anew', async () => {
    const s = await createBatch(failing(new RateLimitedError('wait', MINUTE)), {
      queue: { send: async (messages) => messages, setVisibility: async () => undefined },
    });

    await expect(s.receive({ receiveCount: MAX_RECEIVES })).rejects.toThrow(MessageReturnedError);
  });

  it('sends a failed message anew at its last receive while it has more attempts, and then no more', async () => {
    const s = await createBatch(failing(new MarketplaceUnavailableError('down', { status: 503 })));

    for (const _attempt of [1, 2, 3, 4]) {
      await s.receive({ receiveCount: MAX_RECEIVES });
      s.clock.ms += 60 * MINUTE;
    }
    await expect(s.receive({ receiveCount: MAX_RECEIVES })).rejects.toThrow(MessageReturnedError);

    expect(s.sent.map(([, delayMs]) => delayMs)).toEqual([10_000, 120_000, 900_000, 3_000_000]);
    expect(s.visibility).toEqual([['receipt', 0]]);
    expect(await s.get()).toMatchObject({ status: 'dead_lettered' });
  });

  it.each([
    [4, [['receipt', 31_000]]],
    [MAX_RECEIVES, []],
  ])(
    'returns a message of a claimed rating, but for its last receive: %i',
    async (receiveCount, visibility) => {
      const s = await createBatch(taking());
      const other = { id: 'other', now: T0, until: T0 + 30_000 };
      await s.deps.ratings.change(KEY, (rating) => claimed(rating, MESSAGE, other));

      await s.receive({ receiveCount }).catch(() => undefined);

      expect(s.visibility).toEqual(visibility);
      expect(await s.batch.end()).toMatchObject({ uploaded: 0, skipped: 1 });
    },
  );

  it.each([
    [2, 120_000],
    [MAX_RECEIVES, 0],
  ])(
    'returns a message whose outcome could not be written, at receive %i after %i ms',
    async (receiveCount, ms) => {
      const s = await createBatch(failing(new StorageError('down')));

      await expect(s.receive({ receiveCount })).rejects.toThrow(MessageReturnedError);

      expect(s.visibility).toEqual([['receipt', ms]]);
      expect(s.log.lines).toMatchObject([{ level: 'error', facts: { skill_id: KEY.skillId } }]);
      expect(await s.batch.end()).toMatchObject({ failed: 1 });
    },
  );

  it('lets nothing leave while the marketplace is switched off', async () => {
    const s = await createBatch(failing(new Error('It was called.')), { enabled: false });

    await expect(s.receive()).rejects.toThrow(MessageReturnedError);
    await s.receive({ receiveCount: MAX_RECEIVES });

    expect(s.visibility).toEqual([['receipt', 15 * MINUTE]]);
    expect(s.sent).toEqual([[MESSAGE, 15 * MINUTE]]);
    expect(await s.get()).toMatchObject({ status: 'queued', retryCount: 0 });
  });

  it('returns a message all the same when the queue can not be told, and says so', async () => {
    const s = await createBatch(failing(new RateLimitedError('wait', MINUTE)), {
      queue: {
        send: async () => [],
        setVisibility: async () => Promise.reject(new QueueError('down')),
      },
    });

    await expect(s.receive()).rejects.toThrow(MessageReturnedError);

    expect(s.log.lines).toMatchObject([{ level: 'warn', message: 'a message could not be put back' }]);
  });

  it('ends whatever fails of what can wait', async () => {
    const s = await createBatch(taking(), {
      tally: { add: async () => Promise.reject(new StorageError('down')) },
      flushLimiter: async () => Promise.reject(new StorageError('down')),
    });
    await s.receive();

    expect(await s.batch.end()).toEqual({ uploaded: 1, failed: 0, skipped: 0 });
    expect(s.log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'ratings could not be counted'],
      ['warn', 'places of the limit could not be given back'],
    ]);
  });
});

function taking(): RatingMarket {
  const taken = async () => {
    const theirs = { userId: KEY.userId, rating: 4, ratingId: 'r-1' };
    return { kind: 'taken', theirs, requestedAt: T0, clockAheadMs: 0 } as const;
  };
  const none = { ratings: [], unreadable: [], requestedAt: T0, clockAheadMs: 0 };
  return { add: taken, update: taken, ofSkill: async () => none };
}

function failing(error: unknown): RatingMarket {
  const fail = () => Promise.reject(error);
  return { add: fail, update: fail, ofSkill: fail };
}

/** A batch with one rating in the queue. */
async function createBatch(market: RatingMarket, changes: Partial<BatchDeps> = {}) {
  const harness = createUploadHarness(market);
  const tally = createMemoryRatingTally(createMemoryTable());
  const visibility: [receipt: string, delayMs: number][] = [];
  const sent: [message: UploadMessage, delayMs: number | undefined][] = [];
  const batch = startBatch({
    ...harness.deps,
    tally,
    queue: {
      send: async (messages, delayMs) => {
        for (const message of messages) sent.push([message, delayMs]);
        return [];
      },
      setVisibility: async (receipt, delayMs) => void visibility.push([receipt, delayMs]),
    },
    flushLimiter: async () => undefined,
    maxReceives: MAX_RECEIVES,
    enabled: true,
    ...changes,
  });
  await harness.give(4);
  return {
    ...harness,
    batch,
    tally,
    visibility,
    sent,
    receive: ({ message = MESSAGE, body = formatUploadMessage(message), receiveCount = 1 } = {}) =>
      batch.process({ body, receipt: 'receipt', receiveCount }),
  };
}
