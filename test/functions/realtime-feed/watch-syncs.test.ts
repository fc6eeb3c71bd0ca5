import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { Run } from '#core/runs/run.ts';
import { SyncWatch } from '#functions/realtime-feed/watch-syncs.ts';
import { T0 } from '#test/contracts/versions.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { successfulRun } from './feed-harness.ts';

const INTERVAL = 30_000;
const WEEK = 7 * 24 * 3_600_000;

async function createScene(fails = false) {
  const { runs } = await openMemoryStores();
  const seen: number[] = [];
  const lines: LogLine[] = [];
  let nowMs = T0;
  const watch = new SyncWatch({
    runs: fails ? { list: () => Promise.reject(new StorageError('down')) } : runs,
    now: () => nowMs,
    log: recordingLog(lines),
    synced: (listedAt) => void seen.push(listedAt - T0),
    timing: { syncWatchMs: INTERVAL },
  });
  return {
    ...{ seen, lines },
    add: (runId: string, fields: Partial<Run>) => runs.put(successfulRun(runId, fields), T0 + WEEK),
    tickAt: async (ms: number) => {
      nowMs = T0 + ms;
      await watch.tick();
    },
  };
}

describe('the watch on syncs', () => {
  it('tells when the newest sync began that succeeded, and looks no more often than it should', async () => {
    const { add, seen, tickAt } = await createScene();
    await add('01K0000000000000000000000A', { startedAt: T0 - 900_000 });
    await add('01K0000000000000000000000B', { startedAt: T0 - 5_000 });
    await add('01K0000000000000000000000C', { startedAt: T0 - 1_000, status: 'failed' });

    for (const at of [0, INTERVAL - 1, INTERVAL]) await tickAt(at);

    expect(seen).toEqual([-5_000, -5_000]);
  });

  it('leaves out a sync that went on from the cursor of another', async () => {
    const { add, seen, tickAt } = await createScene();
    await add('01K0000000000000000000000A', { startedAt: T0 - 900_000 });
    await add('01K0000000000000000000000B', {
      startedAt: T0 - 5_000,
      continues: '01K0000000000000000000000Z',
    });

    await tickAt(0);

    expect(seen).toEqual([-900_000]);
  });

  it('tells nothing where no sync has succeeded, or none can be read', async () => {
    const nothing = await createScene();
    const broken = await createScene(true);

    await nothing.tickAt(0);
    await broken.tickAt(0);

    expect([nothing.seen, nothing.lines, broken.seen]).toEqual([[], [], []]);
    expect(broken.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('looks at once when the clock was set back', async () => {
    const { add, seen, tickAt } = await createScene();
    await add('01K0000000000000000000000A', { startedAt: T0 - 900_000 });

    await tickAt(0);
    await tickAt(-1);

    expect(seen).toHaveLength(2);
  });
});
