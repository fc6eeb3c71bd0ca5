import { beforeEach, describe, expect, it } from 'vitest';
import { analysed, batched, correctedBy, failed, refused } from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { receivedTicket, storedAnalysis } from './ticket-versions.ts';
import { HOUR, T0 } from './versions.ts';

const DAY = 24 * HOUR;

/** What every store of tickets does. */
export function ticketStoreContract(open: OpenStores): void {
  let stores: TestStores;
  let tickets: TicketStore;
  beforeEach(async () => {
    stores = await open();
    tickets = stores.ticketStores('acme').tickets;
  });

  const at = (fence = 1, now = T0) => ({ fence, now });
  const put = (over: Partial<ReceivedTicket> = {}, fence = 1) => {
    const version = receivedTicket(over);
    return tickets.change(version.id, (before) => received(before, version, at(fence)));
  };
  const analyse = (id: string, over: Partial<StoredAnalysis> = {}, said = {}) => {
    const analysis = storedAnalysis(over, said);
    return tickets.change(id, (before) => analysed(before, analysis, at()));
  };
  const live = async (id: string) => (await tickets.get(id)) as LiveTicket;
  const raw = { subject: 'Checkout', description: 'My card is 4111 1111 1111 1111' };
  const keep = (id: string, generatedAt = T0) =>
    tickets.putRaw(id, raw, { generatedAt, expiresAt: T0 + 90 * DAY });

  describe('TicketStore', () => {
    it('gives back what was written, to the letter, alone and among many', async () => {
      const odd = { id: '123456789012345678', subject: '日本 \u0000 🙂', body: 'x'.repeat(6_000), tags: [] };
      expect(await put(odd)).toBe('new');
      const { isEmpty: _e, isScrubbed: _s, isFiltered: _f, ...facts } = receivedTicket(odd);
      const version = { kind: 'live', fence: 1, revision: 1, analysed: null, correction: null };
      const expected = { ...facts, ...version, analysis: { status: 'pending', since: T0, attempts: 0 } };
      expect(await tickets.get(odd.id)).toEqual(expected);
      const many = await tickets.getMany([odd.id, '2', odd.id]);
      expect([...many]).toEqual([[odd.id, expected]]);
    });

    it('reads back every state of an analysis, and what an operator put right', async () => {
      const concerned = { ...at(), contentSha: 'sha-1', reason: 'why', batchId: '01B' };
      const steps = {
        '1': (id: string) => tickets.change(id, (now) => batched(now, concerned)),
        '2': (id: string) => analyse(id),
        '3': (id: string) => tickets.change(id, (now) => refused(now, concerned)),
        '4': (id: string) => tickets.change(id, (now) => failed(now, concerned)),
        '5': (id: string) => put({ id, mergedInto: '1', generatedAt: T0 + 1 }),
      };
      for (const [id, step] of Object.entries(steps)) {
        await put({ id });
        await step(id);
      }
      await tickets.change('2', (now) => correctedBy(now, { severity: 'low' }));
      const entries = await tickets.getMany(['1', '2', '3', '4', '5']);
      expect([...entries.values()].map((entry) => entry.kind === 'live' && entry.analysis)).toEqual([
        { status: 'batched', since: T0, attempts: 0, batchId: '01B' },
        { status: 'done' },
        { status: 'refused', reason: 'why' },
        { status: 'pending', since: T0, attempts: 1 },
        { status: 'excluded', reason: 'merged' },
      ]);
      expect(await live('2')).toMatchObject({ correction: { severity: 'low' }, analysed: storedAnalysis() });
    });

    it('knows no ticket that did not come, nor one that can’t have a key', async () => {
      expect(await tickets.get('1')).toBeUndefined();
      for (const id of ['', 'x', '1#2', '1'.repeat(21)]) {
        await put({ id });
        expect(await tickets.get(id)).toBeUndefined();
        expect(await tickets.history(id)).toEqual([]);
      }
      expect(await tickets.getMany(['', 'x'])).toEqual(new Map());
    });

    it('keeps accounts apart', async () => {
      await put();
      const other = stores.ticketStores('acme2').tickets;
      expect(await other.get('1')).toBeUndefined();
      expect((await other.list({}, 5, undefined)).items).toEqual([]);
      expect(await other.counts()).toEqual({ pending: 0, batched: 0, failed: 0 });
    });

    it('leaves alone what a transition leaves alone', async () => {
      await put();
      expect(await put({ generatedAt: T0 + 9 })).toBe('unchanged');
      expect(await live('1')).toMatchObject({ revision: 1, generatedAt: T0 });
    });

    it('decides on what is stored, whatever the caller knew', async () => {
      await put();
      const known = { entry: await tickets.get('1') };
      await put({ generatedAt: T0 + 10, tags: ['newer'] });
      const change = (over: Partial<ReceivedTicket>, entry = known) =>
        tickets.change('1', (now) => received(now, receivedTicket(over), at()), entry);
      expect(await change({ generatedAt: T0 + 5, tags: ['older'] })).toBe('superseded');
      expect(await change({})).toBe('superseded');
      expect(await change({ generatedAt: T0 + 5, tags: ['late'] }, { entry: undefined })).toBe('superseded');
      expect(await change({ generatedAt: T0 + 20, tags: ['newest'] })).toBe('changed');
      expect(await live('1')).toMatchObject({ tags: ['newest'], revision: 3 });
    });

    it('takes no history away because of what the caller knew', async () => {
      await put();
      const known = { entry: await tickets.get('1') };
      await analyse('1');
      await put({ generatedAt: T0 + 10, tags: ['newer'] });
      const deletion = receivedTicket({ status: 'deleted', generatedAt: T0 + 5 });
      expect(await tickets.change('1', (now) => received(now, deletion, at()), known)).toBe('superseded');
      expect(await tickets.history('1')).toEqual([storedAnalysis()]);
    });

    it('loses no change of many at the same time', async () => {
      await put();
      const all = Array.from({ length: 5 }, (_, n) =>
        tickets.change('1', (now) =>
          now?.kind === 'live'
            ? { next: { ...now, tags: [...now.tags, `t${n}`] }, result: n }
            : { result: n },
        ),
      );
      expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
      expect((await live('1')).tags).toHaveLength(6);
      expect((await live('1')).revision).toBe(6);
    });

    it('leaves nothing of a deleted ticket but its id', async () => {
      await put();
      await keep('1');
      await analyse('1');
      expect(await put({ status: 'deleted', generatedAt: T0 + 5 })).toBe('deleted');
      expect(await tickets.get('1')).toEqual({
        ...{ kind: 'deleted', id: '1', generatedAt: T0 + 5, fence: 1, revision: 3, deletedAt: T0 },
      });
      expect(await tickets.history('1')).toEqual([]);
      expect(await tickets.getRaw('1', T0)).toBeUndefined();
      expect((await tickets.list({}, 5, undefined)).items).toEqual([]);
      expect(await tickets.counts()).toEqual({ pending: 0, batched: 0, failed: 0 });
      expect(await analyse('1', { requestId: 'late' })).toBe('gone');
      await keep('1', T0 + 4);
      expect(await put({ generatedAt: T0 + 6 })).toBe('restored');
      expect(await tickets.getRaw('1', T0)).toBeUndefined();
      expect(await tickets.history('1')).toEqual([]);
      await keep('1', T0 + 6);
      expect(await tickets.getRaw('1', T0)).toEqual(raw);
    });

    it('takes the text of a scrubbed ticket away, and keeps it listed', async () => {
      await put();
      await keep('1');
      await analyse('1');
      await put({ isScrubbed: true, subject: '', body: '', contentSha: 'none', generatedAt: T0 + 5 });
      expect(await tickets.history('1')).toEqual([]);
      expect(await tickets.getRaw('1', T0)).toBeUndefined();
      expect((await tickets.list({}, 5, undefined)).items).toMatchObject([{ analysed: null }]);
    });

    it('keeps raw text until it expires, and no older version of it', async () => {
      await put();
      await keep('1', T0 + 5);
      await tickets.putRaw(
        '1',
        { subject: 'old', description: null },
        { generatedAt: T0, expiresAt: T0 + DAY },
      );
      expect(await tickets.getRaw('1', T0)).toEqual(raw);
      const again = { subject: null, description: '\ud800 \u0000 …'.repeat(50_000) };
      await tickets.putRaw('1', again, { generatedAt: T0 + 5, expiresAt: T0 + DAY });
      expect(await tickets.getRaw('1', T0)).toEqual({
        subject: null,
        description: again.description.slice(0, 100_000),
      });
      expect(await tickets.getRaw('1', T0 + DAY)).toBeUndefined();
      await keep('2');
      expect(await tickets.getRaw('2', T0)).toBeUndefined();
    });

    it('keeps the newest twenty analyses', async () => {
      await put();
      for (let n = 0; n < 22; n += 1) {
        expect(await analyse('1', { requestId: `req_${n}`, analysedAt: T0 + n * 1_000 })).toBe('analysed');
      }
      expect(await analyse('1', { requestId: 'req_21', analysedAt: T0 + 21_000 })).toBe('unchanged');
      const history = await tickets.history('1');
      expect(history.map(({ requestId }) => requestId)).toEqual(
        Array.from({ length: 20 }, (_, n) => `req_${21 - n}`),
      );
      expect(await analyse('1', { contentSha: 'older' })).toBe('outdated');
      expect(await tickets.history('1')).toEqual(history);
    });

    it('keeps what was analysed before, whatever the caller knew', async () => {
      await put();
      for (const n of [1, 2, 3]) await analyse('1', { requestId: `req_${n}` });
      const known = { entry: await tickets.get('1') };
      const version = receivedTicket({ generatedAt: T0 + 5, tags: ['newer'] });
      expect(await tickets.change('1', (now) => received(now, version, at()), known)).toBe('changed');
      expect((await tickets.history('1')).map(({ requestId }) => requestId)).toEqual([
        'req_3',
        'req_2',
        'req_1',
      ]);
    });

    it('finds what waits, the newest ticket first, and counts it', async () => {
      for (let n = 1; n <= 6; n += 1) await put({ id: `${n}`, createdAt: T0 + ((n * 2) % 7) * DAY });
      const concerned = { ...at(), contentSha: 'sha-1', reason: 'why', batchId: '01B' };
      await tickets.change('1', (now) => batched(now, concerned));
      for (let n = 0; n < 3; n += 1) await tickets.change('2', (now) => failed(now, concerned));
      await analyse('3');
      expect(await tickets.counts()).toEqual({ pending: 3, batched: 1, failed: 1 });
      const ids = async (limit: number) => (await tickets.pending(limit)).map(({ id }) => id);
      expect(await ids(10)).toEqual(['6', '5', '4']);
      expect(await ids(2)).toEqual(['6', '5']);
      expect(await ids(0)).toEqual([]);
    });
  });
}
