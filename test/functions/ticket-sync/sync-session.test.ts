import { describe, expect, it } from 'vitest';
import { createRequestPace } from '#core/tickets/request-pace.ts';
import { count, type SyncSession, writeState } from '#functions/ticket-sync/sync-session.ts';

const NOW = 1_700_000_000_000;

function session() {
  const reports: unknown[] = [];
  const written: unknown[] = [];
  const pace = createRequestPace(
    { now: () => NOW, sleep: async () => {}, remainingMs: () => 1_000_000, perMinute: 9 },
    { requestTimes: [NOW - 10] },
  );
  const state = { subdomain: 'atom', startTime: 0, requestTimes: [], failedTickets: [] };
  const fields = {
    deps: { syncStates: { write: async (...args: unknown[]) => void written.push(args) } },
    context: { lease: { fence: 7 }, report: (...args: unknown[]) => void reports.push(args) },
    ...{ pace, state, counts: { seen: 10, new: 4 }, isStored: false, mustWrite: false },
  };
  return { reports, written, session: fields as unknown as SyncSession };
}

describe('count', () => {
  it('adds to what earlier invocations have counted, and reports tickets without a total', () => {
    const { reports, session: own } = session();
    count(own, { seen: 5, changed: 1 });
    expect(reports).toEqual([
      [
        { done: 15, total: undefined, unit: 'tickets' },
        { seen: 15, new: 4, changed: 1 },
      ],
    ]);
  });

  it('reports 0 before anything was seen', () => {
    const { reports, session: own } = session();
    own.counts = {};
    count(own, {});
    expect(reports).toEqual([[{ done: 0, total: undefined, unit: 'tickets' }, {}]]);
  });
});

describe('writeState', () => {
  it('writes the change under the fence, with when Zendesk was called', async () => {
    const { written, session: own } = session();
    await own.pace.acquire();
    own.pace.pause(5_000);
    await writeState(own, { cursor: 'abc' });
    const state = { cursor: 'abc', requestTimes: [NOW - 10, NOW], pausedUntil: NOW + 5_000 };
    expect(written).toEqual([[expect.objectContaining(state), 7]]);
    expect(own).toMatchObject({ state, isStored: true, mustWrite: true });
  });
});
