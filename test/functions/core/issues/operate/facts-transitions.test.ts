import { describe, expect, it } from 'vitest';
import type { IssueLabel } from '#core/issues/issue.ts';
import { closedEmpty, labelled, listed, noFacts, reopened } from '#core/issues/operate/facts-transitions.ts';
import { ago, factsOf, NOW, ticketOf } from '../summaries/grouped.ts';

const LABEL: IssueLabel = {
  ...{ title: 'Export times out', description: 'Large exports end with an error.', model: 'claude' },
  ...{ labelledAt: NOW, basis: 'abc' },
};

describe('listed', () => {
  it('says once when an issue became one', () => {
    const { next, events, result } = listed('A', NOW)(undefined);
    expect(next).toEqual({ ...noFacts('A'), version: 1, listedAt: NOW });
    expect(events).toEqual([
      { id: 'created-v1', issueId: 'A', at: NOW, type: 'created', by: 'system', data: {} },
    ]);
    expect(result.isChanged).toBe(true);
    expect(listed('A', NOW + 1)(next)).toEqual({ result: { facts: next, isChanged: false } });
  });
});

describe('reopened', () => {
  const resolved = factsOf('A', { status: 'resolved', resolvedAt: ago(2), version: 4 });
  const written = (count: number, requester?: string) =>
    Array.from({ length: count }, (_, n) =>
      ticketOf(`${n}`, { createdAt: ago(1), ...(requester && { requester }) }),
    );

  it('opens a resolved issue about which three people wrote again', () => {
    const { next, events } = reopened('A', { tickets: written(3), at: NOW })(resolved);
    expect(next).toMatchObject({ status: 'open', resolvedAt: null, reopenedAt: NOW, version: 5 });
    expect(events).toMatchObject([
      { type: 'reopened', by: 'system', data: { resolvedAt: ago(2), tickets: 3, requesters: 3 } },
    ]);
  });

  it('waits for three people, and for tickets that were written after it was resolved', () => {
    expect(reopened('A', { tickets: written(2), at: NOW })(resolved).next).toBeUndefined();
    expect(reopened('A', { tickets: written(9, 'one'), at: NOW })(resolved).next).toBeUndefined();
    const old = written(5).map((ticket) => ({ ...ticket, createdAt: ago(3) }));
    expect(reopened('A', { tickets: old, at: NOW })(resolved).next).toBeUndefined();
  });

  it('leaves what is open, ignored or unknown', () => {
    for (const facts of [undefined, factsOf('A'), factsOf('A', { status: 'ignored', resolvedAt: ago(2) })]) {
      expect(reopened('A', { tickets: written(5), at: NOW })(facts).next).toBeUndefined();
    }
  });
});

describe('closedEmpty', () => {
  it('resolves an issue without tickets, and leaves what is over', () => {
    const { next, events } = closedEmpty('A', NOW)(factsOf('A', { status: 'acknowledged' }));
    expect(next).toMatchObject({ status: 'resolved', resolvedAt: NOW });
    expect(events).toMatchObject([{ type: 'closed', data: { from: 'acknowledged' } }]);
    expect(closedEmpty('A', NOW)(factsOf('A', { status: 'ignored' })).next).toBeUndefined();
    expect(closedEmpty('A', NOW)(next).next).toBeUndefined();
  });
});

describe('labelled', () => {
  it('keeps the label, and tells when the title is another', () => {
    const first = labelled('A', LABEL)(undefined);
    expect(first.events).toMatchObject([
      { type: 'label', at: NOW, data: { from: null, to: 'Export times out', model: 'claude' } },
    ]);
    expect(labelled('A', LABEL)(first.next).next).toBeUndefined();
    const again = labelled('A', { ...LABEL, basis: 'def' })(first.next);
    expect(again.next?.label?.basis).toBe('def');
    expect(again.events).toEqual([]);
  });
});
