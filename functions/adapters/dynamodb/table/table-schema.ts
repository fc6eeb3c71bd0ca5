import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/**
 * The one table, as data: key names, indexes and what they project. The CDK construct must say the same;
 * a test compares them.
 */
export const TABLE_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds. Only this adapter knows of it. */
  ttlAttribute: 'expiresAt',
  /** Over how many partitions an index spreads the skills: one alone takes 1,000 writes a second. */
  shardCount: 8,
  indexes: {
    /** What a sync compares with, for the whole cache: a few hundredths of what the items weigh. */
    digests: {
      name: 'digests',
      partitionKey: 'shard',
      sortKey: 'pk',
      include: ['hash', 'updatedAt', 'expiresAt', 'deletedAt', 'edited'],
    },
    /**
     * What lists are narrowed down by. No `expiresAt`, so that a renewal costs no write here. Nothing writes `searchText`
     * any more: it is still named because CloudFormation can't change what a deployed index projects.
     */
    catalogue: {
      name: 'catalogue',
      partitionKey: 'shard',
      sortKey: 'category',
      include: ['searchText', 'tags'],
    },
    /**
     * What waits for somebody: ratings to be uploaded, open conflicts. Sparse: an item is in it only while it has
     * `work` and `dueAt`, so that finding what waits costs what waits, however much is done.
     */
    work: {
      name: 'work',
      partitionKey: 'work',
      sortKey: 'dueAt',
      include: ['runId', 'severity', 'type'],
    },
    /**
     * Live tickets of an account by the month and time of their creation, with all that lists filter by and
     * the revision that tells whether a ticket is still the known one. Deployed only where tickets are.
     */
    tickets: {
      name: 'tickets',
      partitionKey: 'ticketMonth',
      sortKey: 'createdAt',
      include: [
        'status',
        'kind',
        'severity',
        'productArea',
        'sentiment',
        'language',
        'confidence',
        'analysis',
        'revision',
      ],
    },
  },
} as const;

export const DIGESTS_INDEX = TABLE_SCHEMA.indexes.digests.name;
export const CATALOGUE_INDEX = TABLE_SCHEMA.indexes.catalogue.name;
export const WORK_INDEX = TABLE_SCHEMA.indexes.work.name;
export const TICKETS_INDEX = TABLE_SCHEMA.indexes.tickets.name;

/**
 * The table for an embedded engine (tests, local start). Deployed, the stack creates it.
 *
 * @param tickets whether it has the index of tickets, as where they are deployed. Default: true
 */
export function createTableInput(
  tableName: string,
  { tickets = true }: { readonly tickets?: boolean } = {},
): CreateTableCommandInput {
  const { partitionKey, sortKey } = TABLE_SCHEMA;
  const indexes = Object.values(TABLE_SCHEMA.indexes).filter(({ name }) => tickets || name !== TICKETS_INDEX);
  const keys = new Set([
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...keys].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.include] },
    })),
  };
}

function keySchema(partitionKey: string, sortKey: string): CreateTableCommandInput['KeySchema'] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ];
}
