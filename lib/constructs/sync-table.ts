import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Workload } from './workload.ts';

/** What `grantRead` and `grantReadWrite` add to a workload's environment. */
export type SyncTableEnv = 'TABLE_NAME';

/** Indexes by name; the sparse ones hold only the items that have their keys. */
const SYNC_TABLE_INDEXES = {
  /** id → hash, time and expiry of the whole cache, so that a sync reads no item to know what changed. */
  digests: 'digests',
  /** Skills by category, for the lists that agents read. */
  catalogue: 'catalogue',
  /** What waits for somebody: ratings to be uploaded, open conflicts, tickets to be analysed. */
  work: 'work',
} as const;

/** Tickets by the month and the time of their creation, for the lists; only where tickets are deployed. */
const TICKETS_INDEX = 'tickets';

const READ_ITEMS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem'];
const WRITE_ITEMS = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
];

/**
 * The partition of the limit that all who call the marketplace share:
 * `functions/adapters/dynamodb/marketplace/request-window.ts`.
 */
const REQUEST_WINDOW = 'LIMIT#marketplace';

/** Props of `SyncTable`. */
export type SyncTableProps = {
  /**
   * Whether tickets are kept in it.
   * @default false
   */
  readonly tickets?: boolean;
};

/** The one table: what was synced, what runs, and what is to be uploaded. */
export class SyncTable extends Construct {
  readonly table: Table;
  /** The names of its indexes. */
  readonly indexes: readonly string[];

  constructor(scope: Construct, id: string, { tickets = false }: SyncTableProps = {}) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The AWS managed key, not DynamoDB's own: its use shows in CloudTrail, at no monthly cost.
      encryption: TableEncryption.AWS_MANAGED,
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: true,
      // Ratings and local edits that the marketplace has not seen exist nowhere else. Kept even where the deployment
      // that makes it fails: what is protected can't be deleted, and the roll-back would fail at it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.addIndexes();
    if (tickets) this.addTicketsIndex();
    this.indexes = [...Object.values(SYNC_TABLE_INDEXES), ...(tickets ? [TICKETS_INDEX] : [])];
  }

  private addIndexes(): void {
    this.table.addGlobalSecondaryIndex({
      indexName: SYNC_TABLE_INDEXES.digests,
      partitionKey: { name: 'shard', type: AttributeType.STRING },
      sortKey: { name: 'pk', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['hash', 'updatedAt', 'expiresAt', 'deletedAt', 'edited'],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: SYNC_TABLE_INDEXES.catalogue,
      partitionKey: { name: 'shard', type: AttributeType.STRING },
      sortKey: { name: 'category', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['searchText', 'tags'],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: SYNC_TABLE_INDEXES.work,
      partitionKey: { name: 'work', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['runId', 'severity', 'type'],
    });
  }

  /** What lists of tickets are narrowed down by, and what tells which of them changed; tickets are read themselves. */
  private addTicketsIndex(): void {
    this.table.addGlobalSecondaryIndex({
      indexName: TICKETS_INDEX,
      partitionKey: { name: 'ticketMonth', type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [
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
    });
  }

  /** Reading by key and by query. Never a scan: no access pattern has one. */
  grantRead(workload: Workload): void {
    workload.addEnvironment('TABLE_NAME' satisfies SyncTableEnv, this.table.tableName);
    workload.addToRolePolicy(new PolicyStatement({ actions: READ_ITEMS, resources: [this.table.tableArn] }));
    workload.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [
          this.table.tableArn,
          ...Object.values(SYNC_TABLE_INDEXES).map((index) => this.indexArn(index)),
        ],
      }),
    );
  }

  /** The lists of tickets, beside what `grantRead` gives. Only where tickets are kept. */
  grantTicketLists(workload: Workload): void {
    workload.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [this.indexArn(TICKETS_INDEX)] }),
    );
  }

  /** The limit of requests that all functions share, and nothing else: reading and writing that one item. */
  grantRequestWindow(workload: Workload): void {
    workload.addEnvironment('TABLE_NAME' satisfies SyncTableEnv, this.table.tableName);
    workload.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [REQUEST_WINDOW] } },
      }),
    );
  }

  /** What `grantRead` gives, and writing of items. */
  grantReadWrite(workload: Workload): void {
    this.grantRead(workload);
    workload.addToRolePolicy(new PolicyStatement({ actions: WRITE_ITEMS, resources: [this.table.tableArn] }));
  }

  private indexArn(index: string): string {
    return `${this.table.tableArn}/index/${index}`;
  }
}
