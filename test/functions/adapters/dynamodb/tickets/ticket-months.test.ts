import { describe, expect, it } from 'vitest';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { rememberMonth } from '#adapters/dynamodb/tickets/ticket-months.ts';
import { SILENT } from '#test/engines/test-stores.ts';

/** A table that counts its calls; so many of the first fail. */
function open(failures = 0) {
  const calls = { count: 0 };
  const client = {
    async send() {
      calls.count += 1;
      await Promise.resolve();
      if (calls.count <= failures) throw new Error('lost');
      return {};
    },
  };
  const table = { client, name: 'table', log: SILENT } as unknown as Table;
  return { calls, store: { table, subdomain: 'acme', months: new Map() } };
}

describe('Function: rememberMonth', () => {
  it('writes a month once, however many ask for it at once', async () => {
    const { calls, store } = open();
    await Promise.all(['2026-10', '2026-11', '2026-11', '2026-11'].map((one) => rememberMonth(store, one)));
    await rememberMonth(store, '2026-11');
    expect(calls.count).toBe(2);
  });

  it('fails all who wait for a write that failed, and writes for the next one', async () => {
    const { calls, store } = open(1);
    const both = await Promise.allSettled([1, 2].map(() => rememberMonth(store, '2026-11')));
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await rememberMonth(store, '2026-11');
    expect(calls.count).toBe(2);
  });
});
