import { Match, Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { SyncTable } from '#lib/constructs/sync-table.ts';
import type { Workload } from '#lib/constructs/workload.ts';
import { asArray, idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

describe('SyncTable', () => {
  const template = testTemplate();

  it('is on demand, encrypted, recoverable, protected and kept', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: Match.arrayWith([
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'shard', AttributeType: 'S' },
          { AttributeName: 'category', AttributeType: 'S' },
          { AttributeName: 'work', AttributeType: 'S' },
          { AttributeName: 'dueAt', AttributeType: 'S' },
        ]),
      },
    });
  });

  it('has the three indexes and nothing more projected than they need', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'digests',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'pk', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['hash', 'updatedAt', 'expiresAt', 'deletedAt', 'edited'],
          },
        },
        {
          IndexName: 'catalogue',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'category', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['searchText', 'tags'] },
        },
        {
          IndexName: 'work',
          KeySchema: [
            { AttributeName: 'work', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['runId', 'severity', 'type'] },
        },
      ],
    });
  });

  it.each(['SkillSync', 'CacheCleanup', 'AdminApi'])(
    'lets %s read and write items, and nothing else',
    (owner) => {
      const actions = statements(template, `${owner}FunctionRoleDefaultPolicy`)
        .flatMap((statement) => asArray(statement.Action))
        .filter((action) => action.startsWith('dynamodb:'));
      expect(actions.toSorted()).toEqual(
        ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
          (action) => `dynamodb:${action}`,
        ),
      );
    },
  );

  it('lets nobody scan', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('dynamodb:Scan');
    expect(JSON.stringify(template.toJSON())).not.toContain('dynamodb:*');
  });

  it('permits queries on the table and on each index by name', () => {
    const arn = { 'Fn::GetAtt': [idOf(template, 'AWS::DynamoDB::Table', 'SyncTable'), 'Arn'] };
    const query = statements(template, 'SkillSyncFunctionRole').find(
      (one) => one.Action === 'dynamodb:Query',
    );
    expect(query?.Resource).toEqual([
      arn,
      { 'Fn::Join': ['', [arn, '/index/catalogue']] },
      { 'Fn::Join': ['', [arn, '/index/digests']] },
      { 'Fn::Join': ['', [arn, '/index/work']] },
    ]);
  });

  it('permits queries on the index of tickets to those that list them alone', () => {
    // Prepare
    const policies: unknown[] = [];
    const workload = {
      addEnvironment: () => undefined,
      addToRolePolicy: (statement: { toJSON(): unknown }) => policies.push(statement.toJSON()),
    } as unknown as Workload;
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');

    // Act
    const table = new SyncTable(stack, 'SyncTable', { tickets: true });
    table.grantRead(workload);
    const withoutLists = indexesIn(stack.resolve(policies));
    table.grantTicketLists(workload);

    // Assess
    expect(withoutLists).toEqual(['catalogue', 'digests', 'work']);
    expect(indexesIn(stack.resolve(policies))).toEqual(['catalogue', 'digests', 'tickets', 'work']);
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 1);
  });
});

function indexesIn(policies: unknown): readonly string[] {
  return (
    JSON.stringify(policies)
      .match(/(?<=\/index\/)\w+/g)
      ?.toSorted() ?? []
  );
}
