import { sleep } from '#adapters/clock/sleep.ts';
import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { getItem, swapItem } from '#adapters/dynamodb/table/item.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
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
        const row = await getItem(table, REQUEST_WINDOW_KEY);
        const before = stateIn(row);
        const { state, result } = transition(before);
        if (state === before || (await write(table, state, row))) return result;
        await timing.sleep(timing.random() * LONGEST_PAUSE_MS);
      }
      throw new StorageError('The item of the marketplace’s limit kept changing.');
    },
  };
}

async function write(
  table: Table,
  { permits, pausedUntil }: WindowState,
  before: Row | undefined,
): Promise<boolean> {
  const item = { ...REQUEST_WINDOW_KEY, places: permits, pausedUntil };
  const { isWritten } = await swapItem(table, item, before ? isStill('writeId', before.writeId) : IS_NEW);
  return isWritten;
}

/** What can't be read counts as empty: the marketplace's own 429 is then what limits us. */
function stateIn(row: Row | undefined): WindowState {
  const { places, pausedUntil } = row ?? {};
  if (!Array.isArray(places) || !places.every((place) => typeof place === 'number')) return EMPTY_WINDOW;
  return { permits: places, pausedUntil: typeof pausedUntil === 'number' ? pausedUntil : 0 };
}
