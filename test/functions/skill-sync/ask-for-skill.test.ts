import { describe, expect, it } from 'vitest';
import { MarketplaceRefusedError, MarketplaceUnavailableError } from '#core/errors.ts';
import { askForSkill } from '#functions/skill-sync/ask-for-skill.ts';

const { signal } = new AbortController();
const asking = (getSkill: () => Promise<{ record: unknown; requestedAt: number } | undefined>) =>
  askForSkill({ marketplace: { getSkill }, signal }, 'csv');

describe('Function: askForSkill', () => {
  it('gives the record as a listing would show it, without its ratings', async () => {
    const record = { skill_id: 'csv', ratings: [{ rating: 5 }], name: 'CSV' };
    expect(await asking(async () => ({ record, requestedAt: 7 }))).toEqual({
      record: { skill_id: 'csv', name: 'CSV' },
      requestedAt: 7,
    });
  });

  it.each([[null], ['text'], [[1, 2]]])('leaves what is no object as it is: %j', async (record) => {
    expect(await asking(async () => ({ record, requestedAt: 7 }))).toEqual({ record, requestedAt: 7 });
  });

  it('gives nothing where the marketplace does not have it, or refuses to be asked', async () => {
    expect(await asking(async () => undefined)).toBeUndefined();
    expect(await asking(async () => Promise.reject(new MarketplaceRefusedError('no', 405)))).toBeUndefined();
  });

  it('throws any other failure', async () => {
    const error = new MarketplaceUnavailableError('down');
    await expect(asking(async () => Promise.reject(error))).rejects.toBe(error);
  });
});
