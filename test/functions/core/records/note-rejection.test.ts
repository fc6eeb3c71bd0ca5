import { describe, expect, it } from 'vitest';
import { listRejectedRecords, noteRejection } from '#core/records/note-rejection.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 27);
const REJECTION = { id: 'a', kind: 'skill', reason: 'bad', runId: 'r2' };

function stored(lastSeenAt: number, fields: Partial<RejectedRecord> = {}): RejectedRecord {
  return { ...REJECTION, runId: 'r1', firstSeenAt: lastSeenAt - HOUR, lastSeenAt, ...fields };
}

describe('Function: noteRejection', () => {
  it('makes a record that is seen for the first time now', () => {
    const record = noteRejection(REJECTION, undefined, NOW);

    expect(record).toEqual({ ...REJECTION, firstSeenAt: NOW, lastSeenAt: NOW });
  });

  it('costs no write when the same is stored and was seen less than half a day ago', () => {
    expect(noteRejection(REJECTION, stored(NOW - 12 * HOUR + 1), NOW)).toBeUndefined();
  });

  it('renews what was seen half a day ago, and keeps when it was seen first', () => {
    const record = noteRejection(REJECTION, stored(NOW - 12 * HOUR), NOW);

    expect(record).toEqual({ ...REJECTION, firstSeenAt: NOW - 13 * HOUR, lastSeenAt: NOW });
  });

  it('makes a record anew for another reason', () => {
    expect(noteRejection(REJECTION, stored(NOW, { reason: 'worse' }), NOW)).toMatchObject({ reason: 'bad' });
  });

  it.each([1, 365])('replaces the times of a clock that was %i days ahead', (days) => {
    const record = noteRejection(REJECTION, stored(NOW + days * 24 * HOUR), NOW);

    expect(record).toMatchObject({ firstSeenAt: NOW, lastSeenAt: NOW });
  });
});

describe('Function: listRejectedRecords', () => {
  it('lists every page, and reads none before it is asked for', async () => {
    const pages = [[stored(NOW, { id: 'a' })], [stored(NOW, { id: 'b' })]];
    const asked: (string | undefined)[] = [];
    const store = {
      list: async (_limit: number, cursor: string | undefined) => {
        asked.push(cursor);
        const at = Number(cursor ?? 0);
        return { items: pages[at] ?? [], cursor: at + 1 < pages.length ? String(at + 1) : undefined };
      },
    };

    const records = listRejectedRecords(store, () => NOW);
    expect((await records.next()).value).toMatchObject({ id: 'a' });
    expect(asked).toEqual([undefined]);
    expect((await records.next()).value).toMatchObject({ id: 'b' });
    expect((await records.next()).done).toBe(true);
    expect(asked).toEqual([undefined, '1']);
  });
});
