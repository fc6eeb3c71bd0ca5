import { GetCommand, type GetCommandInput, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createSpendLedger } from '#adapters/dynamodb/tickets/spend-ledger.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';
import { SILENT } from '#test/engines/test-stores.ts';

type Command = { readonly input: GetCommandInput & PutCommandInput };

/** A ledger on a table that counts its writes, and fails those that it is told to. */
function open(fails: (write: number) => boolean = () => false) {
  const items = new Map<unknown, Record<string, unknown>>();
  const calls = { writes: 0 };
  const client = {
    async send(command: Command) {
      await new Promise((resolve) => setImmediate(resolve));
      const { Key, Item } = command.input;
      if (command instanceof GetCommand) return { Item: items.get(Key?.pk) };
      calls.writes += 1;
      if (fails(calls.writes)) throw new Error('lost');
      items.set(Item?.pk, Item ?? {});
      return {};
    },
  };
  const table = { client, name: 'table', log: SILENT } as unknown as Table;
  return { calls, ledger: createSpendLedger(table) };
}

const spend = (run: string) => (before: SpendMonth) => {
  const runs = { ...before.runs, [run]: (before.runs[run] ?? 0) + 1 };
  return { next: { ...before, runs }, result: runs[run] };
};

describe('Function: createSpendLedger', () => {
  it('makes one write of the changes that wait together, each with its own outcome', async () => {
    const { calls, ledger } = open();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => ledger.change('2026-11', spend('a'))),
    );

    expect(outcomes).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect((await ledger.read('2026-11')).runs).toEqual({ a: 50 });
    expect(calls.writes).toBe(2);
  });

  it('keeps months apart', async () => {
    const { ledger } = open();
    await Promise.all(['2026-11', '2026-12'].map((month) => ledger.change(month, spend(month))));

    expect((await ledger.read('2026-11')).runs).toEqual({ '2026-11': 1 });
    expect((await ledger.read('2026-12')).runs).toEqual({ '2026-12': 1 });
  });

  it('fails all that were in a failed write, and goes on with the next', async () => {
    const { ledger } = open((write) => write === 2);
    const first = ledger.change('2026-11', spend('a'));
    const together = [1, 2].map(() => ledger.change('2026-11', spend('a')));

    expect(await first).toBe(1);
    const settled = await Promise.allSettled(together);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ledger.change('2026-11', spend('a'))).toBe(2);
  });
});
