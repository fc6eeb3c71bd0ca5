import * as z from 'zod';
import { type Expression, IS_NEW, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { getItem, putItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { TicketSyncState, TicketSyncStates } from '#core/tickets/sync-state.ts';

const ACCOUNT: Key = { pk: 'ZENDESK', sk: 'ACCOUNT' };

/** Where the export of each account is, in DynamoDB: an item an account, and one that says which account it is. */
export function createTicketSyncStates(table: Table): TicketSyncStates {
  const account = async () => accountIn(await getItem(table, ACCOUNT));
  return {
    account,
    async read(subdomain) {
      const row = await getItem(table, cursorKey(subdomain));
      return row?.json === undefined ? undefined : readState(table, row);
    },
    async write(state, fence) {
      const { subdomain } = state;
      // First whose copy it is: a cursor alone could belong to any account.
      if ((await account()) !== subdomain) await putUnder(table, { ...ACCOUNT, subdomain }, fence);
      await putUnder(table, { ...cursorKey(subdomain), json: pack(state) }, fence);
    },
    async reset() {
      const subdomain = await account();
      if (subdomain === undefined) return;
      // The fences stay: a run that has lost the lease is still told so.
      await updateItem(table, cursorKey(subdomain), { remove: ['json'] });
      await updateItem(table, ACCOUNT, { remove: ['subdomain'] });
    },
  };
}

async function putUnder(table: Table, item: Row & Key, fence: number): Promise<void> {
  if (await putItem(table, { ...item, fence }, isUnder(fence))) return;
  throw new LeaseLostError('A later run has written where the export is.');
}

/** That no later holder of the lease has written the item. */
export function isUnder(fence: number): Expression {
  return {
    text: `${IS_NEW.text} OR attribute_not_exists(#fence) OR #fence <= :fence_`,
    names: { ...IS_NEW.names, ...namesOf(['fence']) },
    values: { ':fence_': fence },
  };
}

function cursorKey(subdomain: string): Key {
  return { pk: `ZENDESK#${subdomain}`, sk: 'CURSOR' };
}

function accountIn(row: Row | undefined): string | undefined {
  return typeof row?.subdomain === 'string' ? row.subdomain : undefined;
}

/** A state that can't be read counts as none: the export begins anew, and changes nothing that is as it was. */
function readState(table: Table, row: Row): TicketSyncState | undefined {
  const parsed = storedState.safeParse(unpackJson(row.json));
  if (!parsed.success) reportUnreadable(table.log, row, 'no state of the export');
  return parsed.data;
}

const storedState = z.object({
  subdomain: z.string(),
  cursor: z.string().optional(),
  startTime: z.int(),
  completeSince: z.int().optional(),
  lastGeneratedAt: z.int().optional(),
  completedAt: z.int().optional(),
  requestTimes: z.array(z.number()),
  pausedUntil: z.number().optional(),
  pageSize: z.int().optional(),
  failedTickets: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
});
