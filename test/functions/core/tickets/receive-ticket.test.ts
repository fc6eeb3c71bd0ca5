import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysed, batched } from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received, type WrittenAt } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { receivedTicket, storedAnalysis } from '#test/contracts/ticket-versions.ts';
import { T0 } from '#test/contracts/versions.ts';

const AT: WrittenAt = { fence: 1, now: T0 + 60_000 };

/** What is stored after these versions, as a store would apply them. */
function stored(versions: readonly Partial<ReceivedTicket>[], before?: TicketEntry): TicketEntry | undefined {
  return versions.reduce<TicketEntry | undefined>(
    (entry, over) => received(entry, receivedTicket(over), AT).next ?? entry,
    before,
  );
}
const live = (...versions: Partial<ReceivedTicket>[]) => stored([{}, ...versions]) as LiveTicket;
const done = (...versions: Partial<ReceivedTicket>[]) =>
  stored(versions, analysed(live(), storedAnalysis(), AT).next) as LiveTicket;
const outcome = (before: TicketEntry | undefined, over: Partial<ReceivedTicket>, at = AT) =>
  received(before, receivedTicket(over), at).result;

describe('received', () => {
  it('takes a new ticket in, to be analysed', () => {
    const { next, result } = received(undefined, receivedTicket(), AT);
    expect(result).toBe('new');
    expect(next).toMatchObject({
      ...{ kind: 'live', fence: 1, revision: 0, subject: 'Checkout fails', analysed: null, correction: null },
      analysis: { status: 'pending', since: AT.now, attempts: 0 },
    });
    expect(Object.keys(next ?? {})).not.toEqual(expect.arrayContaining(['isEmpty']));
  });

  it('has the newest version win, whatever its time of update says', () => {
    expect(outcome(live(), { generatedAt: T0 + 5, updatedAt: T0 - 9, tags: ['newer'] })).toBe('changed');
    expect(outcome(live(), { generatedAt: T0 - 1, updatedAt: T0 + 9, tags: ['older'] })).toBe('superseded');
  });

  it('writes nothing for a ticket that the system touched only', () => {
    const { next, result } = received(live(), receivedTicket({ generatedAt: T0 + 5 }), { ...AT, fence: 9 });
    expect([next, result]).toEqual([undefined, 'unchanged']);
  });

  it('refuses a run that has lost the lease', () => {
    expect(outcome(live(), { generatedAt: T0 + 5, tags: [] }, { ...AT, fence: 0 })).toBe('fenced');
    expect(outcome(live(), { generatedAt: T0 + 5, status: 'deleted' }, { ...AT, fence: 0 })).toBe('fenced');
  });

  it('keeps the analysis when anything but what it says changes', () => {
    const changed = done({ generatedAt: T0 + 5, status: 'solved', tags: ['x'], updatedAt: T0 + 5 });
    expect(changed).toMatchObject({ status: 'solved', analysis: { status: 'done' } });
    expect(changed.analysed).toEqual(storedAnalysis());
  });

  it('wants a new analysis when what it says changes, and keeps the old one meanwhile', () => {
    const changed = done({ generatedAt: T0 + 5, body: 'Other', contentSha: 'sha-2' });
    expect(changed.analysis).toEqual({ status: 'pending', since: AT.now, attempts: 0 });
    expect(changed.analysed).toEqual(storedAnalysis());
  });

  it('needs none when it says again what was analysed', () => {
    const back = done({ generatedAt: T0 + 5, body: 'Other', contentSha: 'sha-2' }, { generatedAt: T0 + 9 });
    expect(back.analysis).toEqual({ status: 'done' });
  });

  it('takes a ticket out of its batch only when what it says changes', () => {
    const inBatch = batched(live(), { ...AT, contentSha: 'sha-1', batchId: '01B' }).next;
    expect(stored([{ generatedAt: T0 + 5, tags: [] }], inBatch)).toMatchObject({
      analysis: { status: 'batched' },
    });
    const changed = stored([{ generatedAt: T0 + 5, contentSha: 'sha-2' }], inBatch);
    expect(changed).toMatchObject({ analysis: { status: 'pending' } });
  });

  it.each([
    ['merged', { mergedInto: '7' }],
    ['empty', { isEmpty: true }],
    ['scrubbed', { isScrubbed: true, isEmpty: true, mergedInto: '7' }],
    ['filtered', { isFiltered: true }],
  ])('leaves out what is %s, until it is that no more', (reason, flags) => {
    expect(live({ generatedAt: T0 + 5, ...flags }).analysis).toEqual({ status: 'excluded', reason });
    expect(outcome(live({ generatedAt: T0 + 5, ...flags }), { generatedAt: T0 + 6, ...flags })).toBe(
      'unchanged',
    );
    expect(live({ generatedAt: T0 + 5, ...flags }, { generatedAt: T0 + 9 }).analysis.status).toBe('pending');
    const again = done({ generatedAt: T0 + 5, ...flags }, { generatedAt: T0 + 9 });
    expect(again.analysis.status).toBe(reason === 'scrubbed' ? 'pending' : 'done');
  });

  it('makes a tombstone of a deleted ticket, and keeps nothing of it', () => {
    const { next, result } = received(done(), receivedTicket({ status: 'deleted', generatedAt: T0 + 5 }), AT);
    expect(result).toBe('deleted');
    expect(next).toEqual({
      ...{ kind: 'deleted', id: '1', generatedAt: T0 + 5, fence: 1, revision: 0, deletedAt: AT.now },
    });
  });

  it('remembers a deletion of what it never had, so that no older version comes after it', () => {
    expect(outcome(undefined, { status: 'deleted' })).toBe('gone');
    const gone = stored([{ status: 'deleted', generatedAt: T0 + 5 }]);
    expect(outcome(gone, { generatedAt: T0 + 4 })).toBe('superseded');
    expect(outcome(gone, { generatedAt: T0 + 5 })).toBe('superseded');
    expect(received(gone, receivedTicket({ status: 'deleted', generatedAt: T0 + 5 }), AT)).toEqual({
      result: 'gone',
    });
    const later = received(gone, receivedTicket({ status: 'deleted', generatedAt: T0 + 9 }), {
      fence: 2,
      now: 0,
    });
    expect(later.next).toMatchObject({ generatedAt: T0 + 9, deletedAt: AT.now });
  });

  it('brings a restored ticket back, to be analysed anew', () => {
    const gone = stored([{ status: 'deleted', generatedAt: T0 + 5 }], done());
    expect(outcome(gone, { generatedAt: T0 + 6 })).toBe('restored');
    expect(stored([{ generatedAt: T0 + 6 }], gone)).toMatchObject({
      kind: 'live',
      analysis: { status: 'pending' },
    });
    expect(outcome(live(), { status: 'deleted', generatedAt: T0 - 1 })).toBe('superseded');
  });

  it('comes to the same end in whatever order, and however often, versions come', () => {
    const version = fc.record({
      generatedAt: fc.integer({ min: T0, max: T0 + 3 }),
      updatedAt: fc.integer({ min: T0, max: T0 + 1 }),
      status: fc.constantFrom('open' as const, 'solved' as const, 'deleted' as const),
      tags: fc.subarray(['a', 'b']),
    });
    // Zendesk moves the time of update whenever something was changed by somebody.
    const history = fc
      .array(version, { minLength: 1, maxLength: 6 })
      .map((versions) => versions.map((one) => ({ ...one, updatedAt: one.updatedAt + one.generatedAt })));
    const twice = history.chain((versions) =>
      fc.tuple(
        fc.constant(versions),
        fc.shuffledSubarray([...versions, ...versions], { minLength: versions.length * 2 }),
      ),
    );
    const visible = (entry: TicketEntry | undefined) =>
      entry?.kind === 'live' ? [entry.status, entry.tags, entry.updatedAt] : entry?.kind;
    fc.assert(
      fc.property(twice, ([versions, shuffled]) => {
        const newest = [...versions].sort((a, b) => a.generatedAt - b.generatedAt);
        expect(visible(stored(shuffled))).toEqual(visible(stored([...newest, ...newest])));
      }),
      { numRuns: 300 },
    );
  });
});
