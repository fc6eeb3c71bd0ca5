import { describe, expect, it } from 'vitest';
import { createIssueIds } from '#core/issues/grouping/issue-ids.ts';
import { START } from './grouped-tickets.ts';

const FOUNDER = { id: '17', createdAt: START };

describe('createIssueIds', () => {
  it('gives no id twice', () => {
    const ids = createIssueIds('acme', undefined, []);
    const first = ids.newId(FOUNDER);
    expect(ids.newId(FOUNDER)).not.toBe(first);
    expect(createIssueIds('acme', undefined, [first]).newId(FOUNDER)).not.toBe(first);
  });

  it('depends on nothing but the ticket where that is new', () => {
    const first = createIssueIds('acme', undefined, []).newId(FOUNDER);
    expect(createIssueIds('acme', { number: 7, syncedUntil: START }, []).newId(FOUNDER)).toBe(first);
  });

  it('never gives out an id that a ticket founded in an earlier generation', () => {
    const given = [undefined, 1, 2].map((number) => {
      const before = number === undefined ? undefined : { number, syncedUntil: START + 1 };
      return createIssueIds('acme', before, []).newId(FOUNDER);
    });
    expect(new Set(given).size).toBe(3);
  });
});
