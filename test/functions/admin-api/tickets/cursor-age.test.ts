import { describe, expect, it } from 'vitest';
import { readCursorAge } from '#functions/admin-api/tickets/cursor-age.ts';

const NOW = 1_700_000_000_000;

function services(completedAt: number | undefined, sourceReadAt?: number) {
  const state = completedAt === undefined ? undefined : { completedAt };
  return {
    now: () => NOW,
    jobs: { state: async (job: string) => ({ job, ...(job === 'tickets' && { sourceReadAt }) }) },
    tickets: { settings: { subdomain: 'atom' }, syncStates: { read: async () => state } },
  } as unknown as Parameters<typeof readCursorAge>[0];
}

describe('readCursorAge', () => {
  it('is in whole seconds, since the export was at its end last', async () => {
    expect(await readCursorAge(services(NOW - 90_500))).toBe(90);
    expect(await readCursorAge(services(NOW - 90_500, NOW - 3_999))).toBe(3);
  });

  it('is not known before that, nor without tickets', async () => {
    expect(await readCursorAge(services(undefined, NOW))).toBeUndefined();
    expect(await readCursorAge({ ...services(NOW), tickets: undefined })).toBeUndefined();
  });
});
