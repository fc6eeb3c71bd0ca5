import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import { TICKET_LIST } from '#adapters/dynamodb/tickets/ticket-list.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { analysed, batched, correctedBy } from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import type { TicketFilter, TicketRevision, TicketStore } from '#core/tickets/ticket-store.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { forgedCursors, readAllPages } from './pages.ts';
import { receivedTicket, storedAnalysis } from './ticket-versions.ts';
import { T0 } from './versions.ts';

/** What every list of tickets does. */
export function ticketListContract(open: OpenStores): void {
  let stores: TestStores;
  let tickets: TicketStore;
  beforeEach(async () => {
    stores = await open();
    tickets = stores.ticketStores('acme').tickets;
  });

  const at = () => ({ fence: 1, now: T0 });
  const put = (over: Partial<ReceivedTicket> = {}) => {
    const version = receivedTicket(over);
    return tickets.change(version.id, (before) => received(before, version, at()));
  };
  const analyse = (id: string, over: Partial<StoredAnalysis> = {}, said = {}) => {
    const analysis = storedAnalysis(over, said);
    return tickets.change(id, (before) => analysed(before, analysis, at()));
  };

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

  describe('TicketStore.revisions', () => {
    const revisions = async (range: { from?: number; to?: number } = {}, store = tickets) => {
      const found: TicketRevision[] = [];
      for await (const some of store.revisions(range)) found.push(...some);
      return found.toSorted((a, b) => Number(a.id) - Number(b.id));
    };
    const createdAt = (n: number) => Date.UTC(2026, n - 1, 15, 1, 2, 3, 4);

    it('tells of every live ticket, in whatever month, with the revision that it has now', async () => {
      expect(await revisions()).toEqual([]);
      for (const n of [1, 2, 3]) await put({ id: `${n}`, createdAt: createdAt(n) });
      await put({ id: '4', createdAt: createdAt(3), status: 'deleted' });
      await put({ id: '123456789012345678', createdAt: Date.UTC(2019, 0, 1) });
      await analyse('2');
      await put({ id: '1', createdAt: createdAt(1), generatedAt: T0 + 1, tags: ['other'] });
      const stored = await tickets.getMany(['1', '2', '3', '123456789012345678']);
      const expected = [...stored.values()].map(({ id, revision }) => ({ id, revision }));
      expect((await revisions()).map(({ id, revision }) => ({ id, revision }))).toEqual(expected);
      expect((await revisions()).map((one) => one.createdAt)).toEqual([
        ...[1, 2, 3].map(createdAt),
        Date.UTC(2019, 0, 1),
      ]);
    });

    it('tells of those of a time: from is included, to is not', async () => {
      for (const n of [1, 2, 3]) await put({ id: `${n}`, createdAt: createdAt(n) });
      const ids = async (range: { from?: number; to?: number }) =>
        (await revisions(range)).map(({ id }) => id);
      expect(await ids({ from: createdAt(2) })).toEqual(['2', '3']);
      expect(await ids({ from: createdAt(2) + 1 })).toEqual(['3']);
      expect(await ids({ to: createdAt(3) })).toEqual(['1', '2']);
      expect(await ids({ from: createdAt(2), to: createdAt(3) })).toEqual(['2']);
      expect(await ids({ from: createdAt(3), to: createdAt(3) })).toEqual([]);
      expect(await ids({ from: 0, to: T0 + 9 * 365 * 86_400_000 })).toEqual(['1', '2', '3']);
    });

    it('does not tell of those that the settings leave out', async () => {
      await put({ id: '1', createdAt: createdAt(1), isFiltered: true });
      await put({ id: '2', createdAt: createdAt(1), mergedInto: '7' });
      expect((await revisions()).map(({ id }) => id)).toEqual(['2']);
      await put({ id: '1', createdAt: createdAt(1), generatedAt: T0 + 1, tags: ['other'] });
      await put({ id: '2', createdAt: createdAt(1), generatedAt: T0 + 1, isFiltered: true });
      expect((await revisions()).map(({ id }) => id)).toEqual(['1']);
    });

    it('does not tell of those of another account', async () => {
      await put({ id: '1' });
      expect(await revisions({}, stores.ticketStores('other').tickets)).toEqual([]);
    });
  });
}
