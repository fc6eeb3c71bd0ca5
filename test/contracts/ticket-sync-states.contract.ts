import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '#core/errors.ts';
import type { TicketSyncState, TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import { T0 } from './versions.ts';

/** What every store of the export's states does. */
export function ticketSyncStatesContract(open: OpenStores): void {
  let states: TicketSyncStates;
  beforeEach(async () => {
    states = (await open()).ticketStores('acme').syncStates;
  });
  const state = (over: Partial<TicketSyncState> = {}): TicketSyncState => ({
    subdomain: 'acme',
    cursor: 'MTU3NjYxMzUzOS4wfHw0NTA=',
    startTime: T0 - 1_000,
    lastGeneratedAt: T0,
    completedAt: T0 + 1,
    requestTimes: [T0, T0 + 6_500],
    pausedUntil: T0 + 60_000,
    failedTickets: [{ id: '7', code: 'zendesk_forbidden', message: 'naïve 日本' }],
    ...over,
  });

  describe('TicketSyncStates', () => {
    it('belongs to no account at first, and knows no state', async () => {
      expect(await states.account()).toBeUndefined();
      expect(await states.read('acme')).toBeUndefined();
      await states.reset();
      expect(await states.account()).toBeUndefined();
    });

    it('gives back what was written, and whose it is', async () => {
      const bare = state({ cursor: undefined, lastGeneratedAt: undefined, completedAt: undefined });
      await states.write(bare, 1);
      expect(await states.read('acme')).toEqual(bare);
      await states.write(state(), 1);
      expect(await states.read('acme')).toEqual(state());
      expect(await states.read('other')).toBeUndefined();
      expect(await states.account()).toBe('acme');
    });

    it('refuses a run that has lost the lease', async () => {
      await states.write(state(), 3);
      await expect(states.write(state({ cursor: 'old' }), 2)).rejects.toThrow(LeaseLostError);
      expect(await states.read('acme')).toEqual(state());
      await states.write(state({ cursor: 'new' }), 4);
      expect((await states.read('acme'))?.cursor).toBe('new');
    });

    it('forgets account and state, but not which run came last', async () => {
      await states.write(state(), 3);
      await states.reset();
      expect([await states.account(), await states.read('acme')]).toEqual([undefined, undefined]);
      await expect(states.write(state(), 2)).rejects.toThrow(LeaseLostError);
      await states.write(state({ subdomain: 'production' }), 4);
      expect(await states.account()).toBe('production');
      expect(await states.read('acme')).toBeUndefined();
    });
  });
}
