import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sleep } from '#adapters/clock/sleep.ts';
import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { namesOf, onlyIf } from '#adapters/dynamodb/table/expression.ts';
import { attempt, attemptIf, type Row, type Table } from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import { EMPTY_WINDOW, type RequestWindow, type WindowState } from '#core/marketplace/request-window.ts';

/** The item's key; the stack grants the rotation nothing but this partition. */
export const REQUEST_WINDOW_KEY = { pk: 'LIMIT#marketplace', sk: 'STATE' };
/** Two instances share it: a third try is rare, a twentieth means that something is wrong. */
const MAX_TRIES = 20;
const LONGEST_PAUSE_MS = 40;

/**
 * The marketplace's minute in DynamoDB: one item of a hundred numbers, below 1 KB, changed by comparing and swapping.
 *
 * @param timing for the pauses between tries; real time where it is absent
 */
export function createRequestWindow(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
): RequestWindow {
  return {
    async change(transition) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const row = await read(table);
        const before = stateIn(row);
        const { state, result } = transition(before);
        if (state === before || (await write(table, state, row))) return result;
        await timing.sleep(timing.random() * LONGEST_PAUSE_MS);
      }
      throw new StorageError('The item of the marketplace’s limit kept changing.');
    },
  };
}

async function read(table: Table): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: REQUEST_WINDOW_KEY, ConsistentRead: true }),
    ),
  );
  return Item;
}

async function write(
  table: Table,
  { permits, pausedUntil }: WindowState,
  before: Row | undefined,
): Promise<boolean> {
  const writeId = randomUUID();
  const condition = before
    ? { text: '#writeId = :before', names: namesOf(['writeId']), values: { ':before': before.writeId } }
    : { text: 'attribute_not_exists(#pk)', names: namesOf(['pk']), values: {} };
  const { held } = await attemptIf('PutItem', () =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...REQUEST_WINDOW_KEY, places: permits, pausedUntil, writeId },
        ...onlyIf(condition),
      }),
    ),
  );
  // Refused by our own write, whose answer was lost, counts as written.
  return held || (await read(table))?.writeId === writeId;
}

/** What can't be read counts as empty: the marketplace's own 429 is then what limits us. */
function stateIn(row: Row | undefined): WindowState {
  const { places, pausedUntil } = row ?? {};
  if (!Array.isArray(places) || !places.every((place) => typeof place === 'number')) return EMPTY_WINDOW;
  return { permits: places, pausedUntil: typeof pausedUntil === 'number' ? pausedUntil : 0 };
}
