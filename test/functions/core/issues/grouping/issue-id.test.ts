import { decodeTime, isValid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { issueIdOf } from '#core/issues/grouping/issue-id.ts';
import { START } from './grouped-tickets.ts';

const FREE = { subdomain: 'acme', isTaken: () => false };
const FOUNDER = { id: '17', createdAt: START };

describe('issueIdOf', () => {
  it('is a ULID of the ticket’s time, and always the same', () => {
    const id = issueIdOf(FOUNDER, FREE);
    expect(isValid(id)).toBe(true);
    expect(decodeTime(id)).toBe(START);
    expect(issueIdOf({ ...FOUNDER }, { ...FREE })).toBe(id);
  });

  it('is another one for another ticket, account or salt', () => {
    const ids = [
      issueIdOf(FOUNDER, FREE),
      issueIdOf({ ...FOUNDER, id: '18' }, FREE),
      issueIdOf(FOUNDER, { ...FREE, subdomain: 'other' }),
      issueIdOf(FOUNDER, { ...FREE, salt: 'split' }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('is the next one where it is taken', () => {
    const first = issueIdOf(FOUNDER, FREE);
    const second = issueIdOf(FOUNDER, { ...FREE, isTaken: (id) => id === first });
    expect(second).not.toBe(first);
    expect(issueIdOf(FOUNDER, { ...FREE, isTaken: (id) => id === first })).toBe(second);
  });

  it('takes a time that no ULID has for the nearest one', () => {
    expect(decodeTime(issueIdOf({ id: '1', createdAt: -5 }, FREE))).toBe(0);
    expect(isValid(issueIdOf({ id: '1', createdAt: 9e15 }, FREE))).toBe(true);
  });
});
