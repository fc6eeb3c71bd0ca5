import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '#core/errors.ts';
import { type FeedLease, type FeedReport, FeedStatus, isConnected, isHeld } from '#core/feed/feed-state.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { HOUR, MINUTE, T0 } from './versions.ts';

const REPORT: FeedReport = {
  status: FeedStatus.open,
  connected: true,
  lastConnectedAt: T0,
  lastMessageAt: T0 + 1,
  reconnectAttempts: 0,
  consecutiveFailures: 0,
  fallbackToPolling: false,
  reconnectsTotal: 3,
  messagesTotal: { skill_update: 4, category_update: 0, rating_update: 1, skill_delete: 2 },
  rejectedTotal: 5,
  fallbackSecondsTotal: 60,
};
const CLOSED: FeedReport = {
  ...REPORT,
  status: FeedStatus.waiting,
  connected: false,
  disconnectReason: 'é 1006',
  lastCatchUpAt: T0 + 2,
  gathering: { since: T0 + 3, held: 4 },
  writeBudget: { tokens: 5, at: T0 + 6 },
};
const UNTOUCHED = {
  report: undefined,
  reportedAt: undefined,
  leaseUntil: undefined,
  control: { enabled: true },
};

/** What every `FeedStore` does. */
export function feedStoreContract(open: OpenStores): void {
  describe('FeedStore', () => {
    let stores: TestStores;
    let feed: TestStores['feed'];
    beforeEach(async () => {
      stores = await open();
      ({ feed } = stores);
    });

    async function take(holder: string, now = T0): Promise<FeedLease> {
      const lease = await feed.acquire(holder, now, MINUTE);
      if (!lease) throw new Error('The lease is held');
      return lease;
    }

    it('is enabled and has nothing to report before the first task', async () => {
      expect(await feed.read()).toEqual(UNTOUCHED);
    });

    it('gives the lease to one, until it is over', async () => {
      expect(await feed.acquire('a', T0, MINUTE)).toEqual({ holder: 'a', fence: 1 });
      expect(await feed.acquire('b', T0, MINUTE)).toBeUndefined();
      expect(await feed.acquire('a', T0 + MINUTE - 1, MINUTE)).toBeUndefined();
      expect(await feed.acquire('b', T0 + MINUTE, MINUTE)).toEqual({ holder: 'b', fence: 2 });
      expect((await feed.read()).leaseUntil).toBe(T0 + 2 * MINUTE);
    });

    it.each([24 * HOUR, 365 * 24 * HOUR])(
      'gives the lease at once when its holder’s clock was %i ms ahead',
      async (ms) => {
        const ahead = await take('a', T0 + ms);
        await feed.renew(ahead, T0 + ms, MINUTE, REPORT);
        const state = await feed.read();
        expect([isHeld(state, T0), isConnected(state, T0)]).toEqual([false, false]);
        expect(await feed.acquire('b', T0, MINUTE)).toEqual({ holder: 'b', fence: 2 });
        await expect(feed.renew(ahead, T0 + ms + 1, MINUTE)).rejects.toThrow(LeaseLostError);
        expect(await feed.acquire('c', T0, MINUTE)).toBeUndefined();
      },
    );

    it('waits for a lease whose holder’s clock is five minutes ahead, and no longer', async () => {
      await take('a', T0 + 5 * MINUTE);
      expect(await feed.acquire('b', T0, MINUTE)).toBeUndefined();
      expect(await feed.acquire('b', T0 + 6 * MINUTE, MINUTE)).toEqual({ holder: 'b', fence: 2 });
    });

    it('gives the lease at once when its holder’s clock was behind, and keeps that one out', async () => {
      const behind = await take('a', T0 - HOUR);
      expect(await feed.acquire('b', T0, MINUTE)).toEqual({ holder: 'b', fence: 2 });
      await expect(feed.renew(behind, T0, MINUTE)).rejects.toThrow(LeaseLostError);
    });

    it('gives the lease to exactly one of many who ask at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const now = T0 + round * MINUTE;
        const asked = Array.from({ length: 8 }, (_, n) => feed.acquire(`task-${n}`, now, MINUTE));
        const leases = (await Promise.all(asked)).filter((lease) => lease !== undefined);
        expect(leases.map(({ fence }) => fence)).toEqual([round + 1]);
      }
    });

    it('extends the lease, with a report or without', async () => {
      const lease = await take('a');
      await feed.renew(lease, T0 + 1_000, MINUTE, REPORT);
      expect(await feed.read()).toEqual({
        ...UNTOUCHED,
        report: REPORT,
        reportedAt: T0 + 1_000,
        leaseUntil: T0 + MINUTE + 1_000,
      });
      await feed.renew(lease, T0 + 2_000, MINUTE);
      expect(await feed.read()).toMatchObject({
        report: REPORT,
        reportedAt: T0 + 1_000,
        leaseUntil: T0 + MINUTE + 2_000,
      });
    });

    it('replaces the whole report, also by what it no longer says', async () => {
      const lease = await take('a');
      await feed.renew(lease, T0, MINUTE, CLOSED);
      await feed.renew(lease, T0, MINUTE, REPORT);
      expect((await feed.read()).report).toEqual(REPORT);
    });

    it('keeps out a task that has lost the lease', async () => {
      const lease = await take('a');
      const next = await take('b', T0 + MINUTE);
      await feed.renew(next, T0 + MINUTE, MINUTE, REPORT);
      await expect(feed.renew(lease, T0 + MINUTE, MINUTE, CLOSED)).rejects.toThrow(LeaseLostError);
      await feed.release(lease, T0 + MINUTE, CLOSED);
      expect(await feed.read()).toMatchObject({ report: REPORT, leaseUntil: T0 + 2 * MINUTE });
    });

    it('keeps out an earlier lease of the same task', async () => {
      const lease = await take('a');
      await take('a', T0 + MINUTE);
      await expect(feed.renew(lease, T0 + MINUTE, MINUTE)).rejects.toThrow(LeaseLostError);
    });

    it('is free as soon as the lease is given back, with its last report', async () => {
      const lease = await take('a');
      await feed.release(lease, T0 + 5, CLOSED);
      await feed.release(lease, T0 + 6, REPORT);
      expect(await feed.read()).toEqual({ ...UNTOUCHED, report: CLOSED, reportedAt: T0 + 5 });
      await expect(feed.renew(lease, T0 + 7, MINUTE)).rejects.toThrow(LeaseLostError);
      expect(await feed.acquire('b', T0 + 7, MINUTE)).toEqual({ holder: 'b', fence: 2 });
    });

    it('remembers what an operator asked for, whoever holds the lease', async () => {
      await feed.control({ enabled: false });
      await feed.control({ reconnectRequestedAt: T0 });
      await feed.control({});
      expect((await feed.read()).control).toEqual({ enabled: false, reconnectRequestedAt: T0 });
      const lease = await take('a');
      await feed.renew(lease, T0, MINUTE, REPORT);
      await feed.control({ enabled: true });
      await feed.release(lease, T0, REPORT);
      expect((await feed.read()).control).toEqual({ enabled: true, reconnectRequestedAt: T0 });
    });

    it('is connected while its report says so and its lease lasts', async () => {
      const lease = await take('a');
      await feed.renew(lease, T0, MINUTE, REPORT);
      const state = await feed.read();
      expect(isConnected(state, T0 + MINUTE - 1)).toBe(true);
      expect(isConnected(state, T0 + MINUTE)).toBe(false);
      await feed.renew(lease, T0, MINUTE, CLOSED);
      expect(isConnected(await feed.read(), T0)).toBe(false);
    });

    it('has no report where what is stored is none', async () => {
      const lease = await take('a');
      await feed.renew(lease, T0, MINUTE, REPORT);
      await stores.raw.patch('FEED', 'STATE', { report: { status: 'asleep' } });
      expect(await feed.read()).toMatchObject({ report: undefined, control: { enabled: true } });
    });
  });
}
