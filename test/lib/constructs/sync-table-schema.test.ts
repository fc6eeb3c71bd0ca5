import { describe, expect, it } from 'vitest';
import { createTableInput, TABLE_SCHEMA } from '#adapters/dynamodb/table/table-schema.ts';
import { testTemplate } from '#test/lib/test-stack.ts';

const byName = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));

describe('the deployed table', () => {
  it('is the one that the adapters are written for', () => {
    const [table] = Object.values(testTemplate().findResources('AWS::DynamoDB::Table'));
    const wanted = createTableInput('any');
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } =
      table?.Properties ?? {};
    expect(KeySchema).toEqual(wanted.KeySchema);
    expect(AttributeDefinitions.toSorted(byName)).toEqual(wanted.AttributeDefinitions?.toSorted(byName));
    expect(GlobalSecondaryIndexes.toSorted(byName)).toEqual(wanted.GlobalSecondaryIndexes?.toSorted(byName));
    expect(TimeToLiveSpecification).toEqual({ AttributeName: TABLE_SCHEMA.ttlAttribute, Enabled: true });
  });
});
