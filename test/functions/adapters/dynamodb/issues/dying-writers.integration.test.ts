import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssueStores, type IssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { prefixPages } from '#adapters/dynamodb/table/query.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import {
  countsOf,
  ISSUE,
  issueEvent,
  issueFacts,
  issueSummary,
  nextGeneration,
  ticketDay,
} from '#test/contracts/issue-samples.ts';
import { HOUR, T0 } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { SILENT } from '#test/engines/test-stores.ts';

const WRITES = /^(Put|Update|Delete)Command$/;
const FIRST = ticketDay('2026-03-01', '1', '2');
const SECOND = ticketDay('2026-03-02', '3');
const CHANGED = ticketDay(FIRST.day, '9');
const DAY = 24 * HOUR;

/** The table for somebody who dies: after so many writes nothing gets through. */
function dyingAfter(table: Table, writes: number): Table {
  let left = writes;
  const send = (command: { readonly constructor: { readonly name: string } }) => {
    if (WRITES.test(command.constructor.name)) left -= 1;
    if (left < 0) throw new Error('killed');
    return table.client.send(command as Parameters<DynamoDBDocumentClient['send']>[0]);
  };
  return { ...table, client: { send } as unknown as DynamoDBDocumentClient };
}

describe('a writer of issues that dies', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynalite();
  });
  afterAll(() => engine.stop());

  /** Makes the deaths after 0, 1, 2 … writes, until the writer comes through. @returns how often it died */
  async function afterEachWrite(
    prepare: (stores: IssueStores) => Promise<void>,
    work: (stores: IssueStores) => Promise<unknown>,
    assess: (table: Table, stores: IssueStores, hasDied: boolean) => Promise<void>,
  ): Promise<number> {
    for (let writes = 0; ; writes += 1) {
      const table = { ...(await engine.createTable()), log: SILENT };
      const sound = createIssueStores(table, 'acme');
      await prepare(sound);
      const outcome = await work(createIssueStores(dyingAfter(table, writes), 'acme')).catch(
        (error: unknown) => error,
      );
      const hasDied = outcome instanceof StorageError;
      await assess(table, sound, hasDied);
      if (!hasDied) return writes;
    }
  }

  it('leaves the generation of before or of after, whole, and nothing that is not swept', async () => {
    const generation = async ({ generations }: IssueStores) => {
      const current = (await generations.current())!;
      const days = await generations.readDays(current, current.days.keys());
      const counts = await generations.readCounts(current, current.countedDays);
      return { number: current.number, days, counts, issues: await generations.readIssues(current) };
    };
    const next = nextGeneration({
      publishedAt: T0 + HOUR,
      days: [CHANGED, { day: SECOND.day, tickets: [] }],
      counts: new Map([[CHANGED.day, countsOf(CHANGED)]]),
      issues: [issueSummary()],
    });
    const numbers: number[] = [];
    const deaths = await afterEachWrite(
      async ({ generations }) => {
        await generations.publish(undefined, nextGeneration({ days: [FIRST, SECOND] }));
      },
      async ({ generations }) => generations.publish(await generations.current(), next),
      async (table, stores, hasDied) => {
        const { number, ...content } = await generation(stores);
        numbers.push(number);
        expect(content).toEqual(
          number === 1
            ? { days: new Map([FIRST, SECOND].map((of) => [of.day, of])), counts: new Map(), issues: [] }
            : {
                days: new Map([[CHANGED.day, CHANGED]]),
                counts: next.counts,
                issues: next.issues,
              },
        );
        if (hasDied) expect(number).toBe(1);
        else expect(number).toBe(2);
        await stores.generations.sweep(T0 + 3 * DAY);
        expect(await generation(stores)).toEqual({ number, ...content });
        expect(await blobsIn(table)).toBe(3);
      },
    );
    // Three blobs, the directory of before, the state: what comes after it is no failure.
    expect(deaths).toBe(5);
    expect(numbers).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it('changes no facts without their events', async () => {
    const deaths = await afterEachWrite(
      ({ records }) => records.changeFacts(ISSUE, () => ({ next: issueFacts(), result: undefined })),
      ({ records }) =>
        records.changeFacts(ISSUE, (before) => ({
          next: issueFacts({ version: (before?.version ?? 0) + 1 }),
          events: [issueEvent('a'), issueEvent('b', { at: T0 + 1 })],
          result: undefined,
        })),
      async (_table, { records }, hasDied) => {
        const events = (await records.events(ISSUE, 10)).items.map(({ id }) => id);
        expect(events).toEqual(hasDied ? [] : ['b', 'a']);
        expect((await records.facts(ISSUE))?.version).toBe(hasDied ? 1 : 2);
      },
    );
    expect(deaths).toBe(1);
  });
});

async function blobsIn(table: Table): Promise<number> {
  const rows: Row[] = [];
  for await (const page of prefixPages(table, 'ISSUES#acme', 'BLOB#')) rows.push(...page);
  return rows.length;
}
