import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { digestsOf, HOUR, POLICY, seen, T0, text, version } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { dynamodbLocalIsMissing, startDynamodbLocal } from '#test/engines/dynamodb-local.ts';

const COUNT = 300;

const missing = dynamodbLocalIsMissing();
if (missing) console.warn(`Capacity is not measured on DynamoDB Local: ${missing}.`);

// dynalite does not count the writes to indexes; AWS's own engine does.
const ENGINES = [
  { name: 'dynalite', start: startDynalite, writes: { added: 3, changed: 3, renewed: 3 } },
  ...(missing
    ? []
    : [{ name: 'DynamoDB Local', start: startDynamodbLocal, writes: { added: 5, changed: 4, renewed: 4 } }]),
];

describe.each(ENGINES)('what the cache costs on $name', ({ start, writes }) => {
  let engine: Engine;
  let table: Table;
  let units = 0;
  const skillOf = (n: number, changedAt = 0) =>
    version(`web-search-${n}`, changedAt, {
      description: text(150, n),
      code: text(1_600, n + changedAt),
      category: `category-${n % 24}`,
      tags: ['search', 'web'],
    });

  beforeAll(async () => {
    engine = await start();
    engine.client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' } });
        const consumed = (answer.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] })
          .ConsumedCapacity;
        for (const one of [consumed ?? []].flat()) units += one.CapacityUnits ?? 0;
        return answer;
      },
      { step: 'initialize' },
    );
  });
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    table = await engine.createTable();
    const skills = createSkillStore(createSkillEntries(table), POLICY);
    for (let n = 0; n < COUNT; n += 1) await skills.put(skillOf(n), seen(0));
    units = 0;
  });

  it('reads all digests for less than a tenth of what the items would cost', async () => {
    expect((await digestsOf(createSkillStore(createSkillEntries(table), POLICY))).size).toBe(COUNT);
    const digestUnits = units;
    units = 0;
    // The cheapest way to read the items: by query, eventually consistent, 4 KB a unit's worth together.
    const itemBytes = COUNT * JSON.stringify(skillOf(1).skill).length;
    const itemUnits = itemBytes / 4_096 / 2;
    expect(digestUnits).toBeLessThanOrEqual(0.1 * itemUnits);
  });

  it('writes a new skill, a change and a renewal for what their size costs', async () => {
    const skills = createSkillStore(createSkillEntries(table), POLICY);
    const cost = async (write: () => Promise<unknown>) => {
      units = 0;
      await write();
      return units;
    };
    const added = await cost(() => skills.put(skillOf(COUNT), seen(0)));
    const changed = await cost(() => skills.put(skillOf(COUNT, 5_000), seen(1_000)));
    const renewed = await cost(() => skills.put(skillOf(COUNT, 5_000), seen(12 * HOUR)));
    // The item (3 KB with its indexed text) and an entry in each index; a change leaves the catalogue alone.
    expect({ added, changed, renewed }).toEqual(writes);
  });

  it('reads only the items that are on the page', async () => {
    const reader = createSkillReader(table);
    units = 0;
    await reader.get('web-search-1', new Date(T0));
    expect(units).toBe(1);
    units = 0;
    const { items } = await reader.list({}, 10, undefined, new Date(T0));
    expect(items).toHaveLength(10);
    expect(units).toBeLessThanOrEqual(8);
  });
});
