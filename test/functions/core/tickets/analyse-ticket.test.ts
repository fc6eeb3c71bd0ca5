import { describe, expect, it } from 'vitest';
import {
  analysed,
  batched,
  correctedBy,
  effectiveAnalysis,
  failed,
  reanalyse,
  refused,
  requeued,
} from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { receivedTicket, storedAnalysis } from '#test/contracts/ticket-versions.ts';
import { T0 } from '#test/contracts/versions.ts';

const AT = { fence: 1, now: T0 + 60_000 };
const ASKED = { ...AT, contentSha: 'sha-1', batchId: '01B', reason: 'why' };

const put = (over: Partial<ReceivedTicket> = {}, before?: TicketEntry) =>
  received(before, receivedTicket(over), AT).next as LiveTicket;
const pending = put();
const inBatch = batched(pending, ASKED).next as LiveTicket;
const done = analysed(pending, storedAnalysis(), AT).next as LiveTicket;
const tombstone = put({ status: 'deleted', generatedAt: T0 + 9 }, pending);
const merged = put({ mergedInto: '7' });

describe('a step towards an analysis', () => {
  const steps = {
    batched: (before: TicketEntry | undefined, at = ASKED) => batched(before, at),
    analysed: (before: TicketEntry | undefined, at = ASKED) =>
      analysed(before, storedAnalysis({ contentSha: at.contentSha }), at),
    refused: (before: TicketEntry | undefined, at = ASKED) => refused(before, at),
    failed: (before: TicketEntry | undefined, at = ASKED) => failed(before, at),
  };

  it.each(Object.entries(steps))(
    '%s: is not taken with what is gone, changed, left out or fenced',
    (_name, step) => {
      expect(step(undefined)).toEqual({ result: 'gone' });
      expect(step(tombstone)).toEqual({ result: 'gone' });
      expect(step(merged)).toEqual({ result: 'excluded' });
      expect(step(pending, { ...ASKED, contentSha: 'older' })).toEqual({ result: 'outdated' });
      expect(step({ ...pending, fence: 2 })).toEqual({ result: 'fenced' });
      expect(step({ ...pending, fence: 0 }).next?.fence).toBe(1);
    },
  );

  it('puts what waits into a batch, once', () => {
    expect(inBatch.analysis).toEqual({ status: 'batched', since: AT.now, attempts: 0, batchId: '01B' });
    expect(batched(inBatch, ASKED)).toEqual({ result: 'unchanged' });
    expect(batched(done, ASKED)).toEqual({ result: 'unchanged' });
  });

  it('keeps an analysis, and adds it to the history once', () => {
    expect(analysed(inBatch, storedAnalysis(), AT)).toMatchObject({
      next: { analysis: { status: 'done' }, analysed: storedAnalysis() },
      history: storedAnalysis(),
      result: 'analysed',
    });
    expect(analysed(done, storedAnalysis(), AT)).toEqual({ result: 'unchanged' });
    expect(analysed(done, storedAnalysis({ requestId: 'req_2' }), AT).result).toBe('analysed');
  });

  it('asks no more after a refusal, until the ticket says something else', () => {
    const entry = refused(inBatch, ASKED).next as LiveTicket;
    expect(entry.analysis).toEqual({ status: 'refused', reason: 'why' });
    expect(refused(entry, ASKED)).toEqual({ result: 'unchanged' });
    expect(failed(entry, ASKED)).toEqual({ result: 'unchanged' });
    expect(put({ generatedAt: T0 + 5, tags: [] }, entry).analysis.status).toBe('refused');
    expect(put({ generatedAt: T0 + 5, contentSha: 'sha-2' }, entry).analysis.status).toBe('pending');
  });

  it('tries three times, in batches or not', () => {
    let entry = pending;
    for (const attempts of [1, 2]) {
      const step = failed(entry, ASKED);
      expect(step).toMatchObject({ result: 'pending', next: { analysis: { status: 'pending', attempts } } });
      entry = batched(step.next, ASKED).next as LiveTicket;
      expect(entry.analysis).toMatchObject({ status: 'batched', attempts });
    }
    const last = failed(entry, ASKED);
    expect(last.result).toBe('failed');
    expect(last.next).toMatchObject({ analysis: { status: 'failed', attempts: 3, reason: 'why' } });
    expect(failed(last.next, ASKED)).toEqual({ result: 'unchanged' });
    const changed = put({ generatedAt: T0 + 5, contentSha: 'sha-2' }, last.next);
    expect(changed.analysis).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('puts back what a batch that never was would have asked for, and nothing else', () => {
    const back = requeued(inBatch, ASKED);
    expect(back).toMatchObject({ result: 'pending', next: { analysis: { status: 'pending', attempts: 0 } } });
    expect(requeued(inBatch, { ...ASKED, batchId: '01C' })).toEqual({ result: 'unchanged' });
    expect(requeued(done, ASKED)).toEqual({ result: 'unchanged' });
    expect(requeued(tombstone, ASKED)).toEqual({ result: 'gone' });
  });
});

describe('reanalyse', () => {
  it('has a ticket analysed anew, though it says the same', () => {
    const again = reanalyse(done, 7);
    expect(again).toMatchObject({ result: 'pending', next: { analysis: { since: 7, attempts: 0 } } });
    const touched = put({ generatedAt: T0 + 5, tags: [] }, again.next);
    expect(touched.analysis.status).toBe('pending');
    expect(touched.analysed).toEqual(storedAnalysis());
    const failedOnce = failed(pending, ASKED).next;
    expect(reanalyse(failedOnce, 7).next).toMatchObject({ analysis: { attempts: 0 } });
  });

  it('says where a ticket is that need not, or may not, be asked about', () => {
    expect(reanalyse(pending, 7)).toEqual({ result: 'pending' });
    expect(reanalyse(inBatch, 7)).toEqual({ result: 'batched' });
    expect(reanalyse(merged, 7)).toEqual({ result: 'excluded' });
    expect(reanalyse(tombstone, 7)).toEqual({ result: 'gone' });
    expect(reanalyse(undefined, 7)).toEqual({ result: 'gone' });
  });
});

describe('correctedBy', () => {
  it('is applied to what is read, kept over analyses, and added to', () => {
    const first = correctedBy(done, { severity: 'low' }).next as LiveTicket;
    const second = correctedBy(first, { kind: 'billing', severity: undefined }).next as LiveTicket;
    expect(second.correction).toEqual({ severity: 'low', kind: 'billing' });
    const again = analysed(second, storedAnalysis({ requestId: 'req_2' }, { severity: 'critical' }), AT);
    expect(effectiveAnalysis(again.next as LiveTicket)).toMatchObject({ severity: 'low', kind: 'billing' });
    expect((again.next as LiveTicket).analysed?.analysis.severity).toBe('critical');
  });

  it('needs an analysis', () => {
    expect(correctedBy(pending, { severity: 'low' })).toEqual({ result: 'not_analysed' });
    expect(correctedBy(tombstone, {})).toEqual({ result: 'gone' });
    expect(effectiveAnalysis(pending)).toBeNull();
    expect(effectiveAnalysis(done)).toEqual(storedAnalysis().analysis);
  });
});
