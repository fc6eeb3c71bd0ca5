import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '#core/records/audit-store.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const AUDIT = '/api/admin/audit';

/** Leaves a record; the ids are in order of the digit. */
function leave(world: World, digit: number, over: Partial<AuditRecord> = {}): Promise<void> {
  return world.stores.audit.append({
    ...{ id: `01KHTNPR6M4Y8Z0V9QK2D3F5G${digit}`, at: NOW - 1_000, subject: 'dana', level: 'AUTONOMOUS' },
    ...{ action: 'POST /api/admin/sync/skills', parameters: { body: { full: true } }, status: 202 },
    ...{ correlationId: 'JKJaXmPLvHcESHA=', ...over },
  });
}

describe('GET /api/admin/audit', () => {
  it('shows who did what, and why it was not done, the newest first', async () => {
    const world = createWorld();
    await leave(world, 1, { error: 'insufficient_maturity', status: 403 });
    await leave(world, 2);

    const { status, body } = await call(world, { path: AUDIT, token: 'SUPERVISED' });

    const shown = {
      ...{ at: '2026-02-19T10:29:59.000Z', subject: 'dana', level: 'AUTONOMOUS' },
      ...{ action: 'POST /api/admin/sync/skills', parameters: { body: { full: true } } },
      correlation_id: 'JKJaXmPLvHcESHA=',
    };
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        records: [
          { ...shown, id: '01KHTNPR6M4Y8Z0V9QK2D3F5G2', status: 202, error: null },
          { ...shown, id: '01KHTNPR6M4Y8Z0V9QK2D3F5G1', status: 403, error: 'insufficient_maturity' },
        ],
        next_cursor: null,
      },
    });
  });

  it('is paged', async () => {
    const world = createWorld();
    for (const digit of [1, 2, 3]) await leave(world, digit);

    const first = await call(world, { path: `${AUDIT}?limit=2` });
    const rest = await call(world, { path: `${AUDIT}?limit=2&cursor=${first.body.next_cursor}` });

    const ids = [first, rest].map(({ body }) => body.records.map(({ id }: AuditRecord) => id.slice(-1)));
    expect(ids).toEqual([['3', '2'], ['1']]);
    expect(rest.body.next_cursor).toBeNull();
  });

  it('is shown from SUPERVISED on', async () => {
    expect(await call(createWorld(), { path: AUDIT, token: 'INTERN' })).toMatchObject({ status: 403 });
  });
});
