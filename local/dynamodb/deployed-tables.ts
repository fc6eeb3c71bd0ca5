import { z } from 'zod';
import { type DeploymentSource, parseProperties, resourcesOf } from '#local/template/deployment.ts';
import type { Dynamodb, TableDefinition } from './dynamodb.ts';

/** The item of the limit that all functions share, as they name it. A test compares: loading it would take the SDK. */
export const REQUEST_WINDOW_KEY = { pk: 'LIMIT#marketplace', sk: 'STATE' };

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexes = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
    }),
  )
  .optional();
const tableSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
});

/** The tables of the template. */
function readTables(source: DeploymentSource): TableDefinition[] {
  return [...resourcesOf(source, 'AWS::DynamoDB::Table')].map(({ id, properties }) => ({
    TableName: source.names.name(id),
    ...parseProperties(tableSchema, id, properties),
  }));
}

/**
 * Makes the tables that are missing.
 *
 * @param options.freshMinute what an earlier start used of the marketplace's limit is forgotten
 */
export async function makeTables(
  source: DeploymentSource,
  dynamodb: Dynamodb,
  options: { readonly freshMinute: boolean },
): Promise<void> {
  const make = async (table: TableDefinition) => {
    await dynamodb.ensureTable(table);
    if (options.freshMinute) await dynamodb.deleteItem(table.TableName, REQUEST_WINDOW_KEY);
  };
  await Promise.all(readTables(source).map(make));
}
