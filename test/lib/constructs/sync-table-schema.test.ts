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
  const wanted = createTableInput('any');
  const isTickets = ({ AttributeName: name }: { readonly AttributeName?: string | undefined }) =>
    name === 'ticketMonth' || name === 'createdAt';

  it.each([
    ['with tickets', { tickets: true }],
    ['without tickets', undefined],
    ['without tickets, and says so', { tickets: false }],
  ])('is the one that the adapters are written for, %s', (_name, props) => {
    const hasTickets = props?.tickets === true;
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification, indexes } =
      propertiesOf(props);
    const wantedIndexes = wanted.GlobalSecondaryIndexes?.filter(
      ({ IndexName: name }) => hasTickets || name !== TICKETS_INDEX,
    );
    const wantedKeys = wanted.AttributeDefinitions?.filter((key) => hasTickets || !isTickets(key));
    expect(KeySchema).toEqual(wanted.KeySchema);
    expect(AttributeDefinitions.toSorted(byName)).toEqual(wantedKeys?.toSorted(byName));
    expect(GlobalSecondaryIndexes.toSorted(byName)).toEqual(wantedIndexes?.toSorted(byName));
    expect(indexes.toSorted()).toEqual(wantedIndexes?.map(({ IndexName: name }) => name).toSorted());
    expect(TimeToLiveSpecification).toEqual({ AttributeName: TABLE_SCHEMA.ttlAttribute, Enabled: true });
  });
});
