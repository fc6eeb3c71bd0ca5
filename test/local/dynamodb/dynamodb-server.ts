import { startDynamodb, type TableDefinition } from '#local/dynamodb/dynamodb.ts';

/** Serves the embedded DynamoDB until it is killed: arguments are its directory and a table; prints its address. */
const [, , path = '', table = '{}'] = process.argv;
const dynamodb = await startDynamodb({ path, region: 'us-east-1' });
await dynamodb.ensureTable(JSON.parse(table) as TableDefinition);
process.stdout.write(`${dynamodb.url}\n`);
