import { describe, expect, it } from 'vitest';
import type { OpenStores } from '#test/engines/test-stores.ts';
import {
  countsOf,
  digestOf,
  groupedTicket,
  ISSUE,
  incidentAt,
  issueEvent,
  issueFacts,
  nextGeneration,
  ticketDay,
} from './issue-samples.ts';
import { HOUR, T0 } from './versions.ts';

const DAY = 24 * HOUR;
const FIRST = ticketDay('2026-03-01', '1', '2');
const SECOND = ticketDay('2026-03-02', '3');
const PK = 'ISSUES#acme';

/** How generations are stored, and what becomes of damage: for engines of DynamoDB alone. */
export function storedGenerationsContract(open: OpenStores): void {
  describe('the stored generations', () => {
    const noise = () => Array.from({ length: 60 }, () => Math.random().toString(36)).join('');
    const large = {
      day: '2026-03-01',
      tickets: Array.from({ length: 1_200 }, (_, n) => groupedTicket({ id: `${n}`, text: noise() })),
    };

    it('cuts large days into parts, and reads the others where one is damaged or lost', async () => {
      const { raw, issueStores } = await open();
      const { generations } = issueStores('acme');
      const published = await generations.publish(undefined, nextGeneration({ days: [large, SECOND] }));
      const [[, , name, parts]] = (await directoryIn(raw)).days;
      expect(parts).toBeGreaterThan(1);
      const all = () => generations.readDays(published, published.days.keys());
      expect((await all()).get(large.day)).toEqual(large);
      await raw.patch(PK, `BLOB#${name}#1`, { bytes: Buffer.from('broken') });
      expect([...(await all()).keys()]).toEqual([SECOND.day]);
      await raw.drop(PK, `BLOB#${name}#1`);
      expect([...(await all()).keys()]).toEqual([SECOND.day]);
    });

    it('writes nothing anew that is as it was', async () => {
      const { raw, issueStores } = await open();
      const { generations } = issueStores('acme');
      const next = nextGeneration({ days: [FIRST], counts: new Map([[FIRST.day, countsOf(FIRST)]]) });
      const first = await generations.publish(undefined, next);
      const before = await directoryIn(raw);
      await generations.publish(first, { ...next, publishedAt: T0 + HOUR });
      const after = await directoryIn(raw);
      expect([after.days, after.counts, after.issues]).toEqual([before.days, before.counts, before.issues]);
    });

    it('has replaced parts expire an hour after the last generation that names them', async () => {
      const { raw, issueStores } = await open();
      const { generations } = issueStores('acme');
      const first = await generations.publish(undefined, nextGeneration({ days: [FIRST, SECOND] }));
      const [[, , replaced], [, , kept]] = (await directoryIn(raw)).days;
      await generations.publish(first, nextGeneration({ days: [{ day: FIRST.day, tickets: [] }] }));
      expect((await raw.get(PK, `BLOB#${replaced}#0`))?.expiresAt).toBe((T0 + DAY + HOUR) / 1_000);
      expect(await raw.get(PK, `BLOB#${kept}#0`)).not.toHaveProperty('expiresAt');
      expect((await raw.get(PK, 'GENERATION#0000000001'))?.expiresAt).toBe((T0 + DAY) / 1_000);
      expect(await generations.sweep(T0 + DAY + HOUR)).toBe(2);
      expect(await raw.get(PK, `BLOB#${replaced}#0`)).toBeUndefined();
    });

    it('sweeps what a writer left that died, unless it is young', async () => {
      const { raw, issueStores } = await open();
      const { generations } = issueStores('acme');
      const first = await generations.publish(undefined, nextGeneration({ days: [FIRST] }));
      await raw.put({ pk: PK, sk: 'BLOB#left#0', bytes: Buffer.from('x'), writtenAt: T0 });
      expect(await generations.sweep(T0 + HOUR - 1)).toBe(0);
      expect(await generations.sweep(T0 + HOUR)).toBe(1);
      expect(await raw.get(PK, 'BLOB#left#0')).toBeUndefined();
      expect(await generations.readDays(first, [FIRST.day])).toEqual(new Map([[FIRST.day, FIRST]]));
    });

    it('begins anew over a state that can not be read, under a number of its own', async () => {
      const { raw, issueStores } = await open();
      const { generations } = issueStores('acme');
      await generations.publish(undefined, nextGeneration({ days: [FIRST] }));
      await raw.patch(PK, 'STATE', { directory: '{"days":1}' });
      expect(await generations.current()).toBeUndefined();
      const anew = await generations.publish(undefined, nextGeneration({ days: [SECOND] }));
      expect(anew.number).toBe(2);
      expect((await generations.readDays(anew, anew.days.keys())).size).toBe(1);
    });
  });
}

type StoredDirectory = {
  readonly days: [[string, number, string, number], [string, number, string, number]];
  readonly counts: unknown;
  readonly issues: unknown;
};

async function directoryIn(raw: Awaited<ReturnType<OpenStores>>['raw']): Promise<StoredDirectory> {
  return JSON.parse(String((await raw.get(PK, 'STATE'))?.directory)) as StoredDirectory;
}

/** How records are stored, and what becomes of damage: for engines of DynamoDB alone. */
export function storedRecordsContract(open: OpenStores): void {
  describe('the stored records of issues', () => {
    const outbox = JSON.stringify([issueEvent('left', { at: T0 + 5 })]);

    it.each(['read', 'listed', 'changed'])(
      'writes events that a dead writer left once facts are %s',
      async (how) => {
        const { raw, issueStores } = await open();
        const { records } = issueStores('acme');
        const change = (version: number) =>
          records.changeFacts(ISSUE, () => ({ next: issueFacts({ version }), result: 0 }));
        await change(1);
        await raw.patch(PK, `FACTS#${ISSUE}`, { outbox });
        if (how === 'read') await records.facts(ISSUE);
        if (how === 'changed') await change(2);
        expect((await records.events(ISSUE, 10)).items.map(({ id }) => id)).toEqual(['left']);
        expect(await raw.get(PK, `FACTS#${ISSUE}`)).not.toHaveProperty('outbox');
      },
    );

    it('marks no incident as recent that was over for long when it was written', async () => {
      const { raw, issueStores } = await open();
      const { records } = issueStores('acme');
      const incidents = [incidentAt(1, { closedAt: T0 - 3 * 86_400_000 }), incidentAt(2, { closedAt: T0 })];
      await records.putIncidents(incidents, T0);
      const marks = incidents.map(({ id }) => raw.get(PK, `RECENT#${id}`));
      expect((await Promise.all(marks)).map((row) => row !== undefined)).toEqual([false, true]);
    });

    it('leaves out what can not be read', async () => {
      const { raw, issueStores } = await open();
      const { records } = issueStores('acme');
      for (const id of [ISSUE, 'b'])
        await records.changeFacts(id, () => ({ next: issueFacts({ id }), result: 0 }));
      await records.putIncidents([incidentAt(1), incidentAt(2)]);
      await records.putDigest(digestOf('2026-03-01'));
      await records.putEvents([issueEvent('a'), issueEvent('b')]);
      const rows = [
        `FACTS#${ISSUE}`,
        `INCIDENT#${incidentAt(1).id}`,
        'DIGEST#2026-03-01',
        `EVENT#${ISSUE}#${String(T0).padStart(15, '0')}#a`,
      ];
      for (const sk of rows) await raw.patch(PK, sk, { json: '{"id":5}' });
      expect(await records.facts(ISSUE)).toBeUndefined();
      expect([...(await records.allFacts()).keys()]).toEqual(['b']);
      expect(await records.recentIncidents(0)).toEqual([incidentAt(2)]);
      expect((await records.listIncidents({}, 1, undefined)).items).toEqual([incidentAt(2)]);
      expect(await records.digest('2026-03-01')).toBeUndefined();
      expect((await records.events(ISSUE, 1)).items).toEqual([issueEvent('b')]);
    });
  });
}
