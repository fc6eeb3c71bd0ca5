import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { createTableInput, TABLE_SCHEMA, TICKETS_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { SyncTable, type SyncTableProps } from '#lib/constructs/sync-table.ts';

const byName = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));

function propertiesOf(props?: SyncTableProps) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const { indexes } = new SyncTable(stack, 'SyncTable', props);
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::Table'));
  return { ...table?.Properties, indexes };
}

describe('the deployed table', () => {
  it.each([
    ['with tickets', { tickets: true }],
    ['without tickets', undefined],
    ['without tickets, and says so', { tickets: false }],
  ])('is the one that the adapters are written for, %s', (_name, props) => {
    const wanted = createTableInput('any', { tickets: props?.tickets === true });
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification, indexes } =
      propertiesOf(props);
    expect(KeySchema).toEqual(wanted.KeySchema);
    expect(AttributeDefinitions.toSorted(byName)).toEqual(wanted.AttributeDefinitions?.toSorted(byName));
    expect(GlobalSecondaryIndexes.toSorted(byName)).toEqual(wanted.GlobalSecondaryIndexes?.toSorted(byName));
    const names = GlobalSecondaryIndexes.map(({ IndexName }: { readonly IndexName: string }) => IndexName);
    expect(indexes.toSorted()).toEqual(names.toSorted());
    expect(names.includes(TICKETS_INDEX)).toBe(props?.tickets === true);
    expect(TimeToLiveSpecification).toEqual({ AttributeName: TABLE_SCHEMA.ttlAttribute, Enabled: true });
  });
});
