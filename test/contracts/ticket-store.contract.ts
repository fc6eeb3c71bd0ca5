import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import { TICKET_LIST } from '#adapters/dynamodb/tickets/ticket-list.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { analysed, batched, correctedBy, failed, refused } from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import type { TicketFilter, TicketStore } from '#core/tickets/ticket-store.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { forgedCursors, readAllPages } from './pages.ts';
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
    });
  });

  describe('TicketStore.list', () => {
    const ids = async (filter: TicketFilter, limit = 100) => {
      const read = (cursor: string | undefined) => tickets.list(filter, limit, cursor);
      return (await readAllPages(read, limit)).map(({ id }) => id);
    };
    const month = (n: number) => Date.UTC(2026, n - 1, 15);

    it('gives the newest first over all months, page by page', async () => {
      for (const n of [5, 1, 9, 3, 12]) {
        await put({ id: `${n}`, createdAt: month(n) });
        await put({ id: `${n}00`, createdAt: month(n) });
      }
      await put({ id: '7', createdAt: Date.UTC(2019, 0, 1) });
      const all = ['12', '1200', '9', '900', '5', '500', '3', '300', '1', '100', '7'];
      // Two of the same time are in an order of their own, but in one.
      const sorted = (list: string[]) => list.toSorted();
      expect(sorted(await ids({}))).toEqual(sorted(all));
      for (const limit of [1, 2, 3, 11]) expect(await ids({}, limit)).toEqual(await ids({}));
      expect((await ids({})).map((id) => Number.parseInt(id.slice(0, 2), 10)).at(-1)).toBe(7);
    });

    it('narrows down by time: from is included, to is not', async () => {
      for (const n of [1, 2, 3]) await put({ id: `${n}`, createdAt: month(n) });
      expect(await ids({ from: month(2) })).toEqual(['3', '2']);
      expect(await ids({ to: month(3) })).toEqual(['2', '1']);
      expect(await ids({ from: month(2), to: month(3) })).toEqual(['2']);
      expect(await ids({ from: month(2) + 1, to: month(3) })).toEqual([]);
      expect(await ids({ from: month(3), to: month(2) })).toEqual([]);
    });

    it('narrows down by every field, and by what an operator put right', async () => {
      await put({ id: '1' });
      await put({ id: '2', status: 'closed' });
      await put({ id: '3' });
      await analyse('1', {}, { language: 'de', confidence: 'low', product_area: 'other' });
      await analyse('2', {}, { kind: 'praise', severity: 'low', sentiment: 'positive' });
      await tickets.change('1', (now) => correctedBy(now, { severity: 'critical', product_area: 'login' }));
      const concerned = { ...at(), contentSha: 'sha-1', batchId: '01B' };
      await tickets.change('3', (now) => batched(now, concerned));
      const found: [TicketFilter, string[]][] = [
        [{ status: 'closed' }, ['2']],
        [{ kind: 'bug' }, ['1']],
        [{ severity: 'critical' }, ['1']],
        [{ severity: 'high' }, []],
        [{ productArea: 'login' }, ['1']],
        [{ sentiment: 'positive' }, ['2']],
        [{ language: 'de' }, ['1']],
        [{ confidence: 'low', language: 'de' }, ['1']],
        [{ confidence: 'low', language: 'en' }, []],
        [{ analysis: 'pending' }, ['3']],
        [{ analysis: 'done', status: 'open' }, ['1']],
        [{ analysis: 'failed' }, []],
      ];
      for (const [filter, wanted] of found) expect([filter, await ids(filter)]).toEqual([filter, wanted]);
    });

    it('follows a ticket whose time of creation was put right', async () => {
      await put({ createdAt: month(1) });
      await put({ createdAt: month(2), generatedAt: T0 + 5 });
      expect(await ids({ from: month(2) })).toEqual(['1']);
      expect(await ids({ to: month(2) })).toEqual([]);
    });

    it('goes on by its own cursors alone', async () => {
      for (const n of [1, 2, 3]) await put({ id: `${n}`, createdAt: month(n) });
      const { cursor = '' } = await tickets.list({}, 1, undefined);
      for (const forged of forgedCursors(cursor)) {
        await expect(tickets.list({}, 1, forged), forged).rejects.toThrow(InvalidCursorError);
      }
      await expect(tickets.list({ status: 'open' }, 1, cursor)).rejects.toThrow(InvalidCursorError);
      const other = stores.ticketStores('other').tickets;
      await expect(other.list({}, 1, cursor)).rejects.toThrow(InvalidCursorError);
      const filter = { subdomain: 'acme', facets: [], from: '', to: ':' };
      for (const position of [['x'], ['2026-01', 'x'], ['2026-01', '2026-02-01T00:00:00.000Z#1'], []]) {
        const sealed = encodeCursor(TICKET_LIST, filter, position);
        await expect(tickets.list({}, 1, sealed)).rejects.toThrow(InvalidCursorError);
      }
    });
  });
}
