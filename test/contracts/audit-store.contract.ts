import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '#core/records/audit-store.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { readAllPages } from './pages.ts';
import { HOUR, T0 } from './versions.ts';

/** What every `AuditStore` does. */
export function auditStoreContract(open: OpenStores): void {
  describe('AuditStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });

    function record(at: number, fields: Partial<AuditRecord> = {}): AuditRecord {
      return {
        id: newRunId(at, () => 0.5),
        at,
        subject: 'dana',
        level: 'AUTONOMOUS',
        action: 'POST /api/admin/sync/skills',
        parameters: { id: 'é', nested: { list: [1, 'a', null, true] } },
        status: 200,
        correlationId: 'c-1',
        ...fields,
      };
    }

    it('gives back what was appended, newest first, page by page', async () => {
      const records = Array.from({ length: 7 }, (_, n) =>
        record(T0 + n, n % 2 ? { error: 'denied', status: 403 } : {}),
      );
      for (const one of records) await stores.audit.append(one);
      const now = T0 + HOUR;
      const listed = await readAllPages((cursor) => stores.audit.list(3, cursor, now), 3);
      expect(listed).toEqual(records.toReversed());
    });

    it('gives back parameters of any name', async () => {
      const odd = ['constructor', '__proto__', 'toString', '', 'a.b', '\u0000', 'é'.repeat(600), 'S', 'NULL'];
      const parameters = JSON.parse(`{${odd.map((name) => `${JSON.stringify(name)}:{"a":1}`).join()}}`);
      const one = record(T0, { parameters: { body: parameters } });

      await stores.audit.append(one);

      const { items } = await stores.audit.list(9, undefined, T0 + HOUR);
      expect(JSON.stringify(items[0]?.parameters)).toBe(JSON.stringify(one.parameters));
    });

    it('still lists a record whose parameters were stored as a map', async () => {
      const { id, at, parameters, ...rest } = record(T0);
      const expiresAt = (T0 + HOUR) / 1_000;
      await stores.raw.put({ pk: 'AUDIT', sk: id, id, at, ...rest, parameters, expiresAt });

      const { items } = await stores.audit.list(9, undefined, T0);
      expect(items).toEqual([{ id, at, parameters, ...rest }]);
    });

    it('forgets after 90 days', async () => {
      await stores.audit.append(record(T0));
      const end = T0 + 90 * 24 * HOUR;
      expect((await stores.audit.list(9, undefined, end - 1_000)).items).toHaveLength(1);
      expect((await stores.audit.list(9, undefined, end)).items).toEqual([]);
    });
  });
}
