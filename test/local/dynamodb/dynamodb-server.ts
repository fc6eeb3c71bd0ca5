import { flushCompileCache } from 'node:module';
import { startDynamodb, type TableDefinition } from '#local/dynamodb/dynamodb.ts';

/** Serves the embedded DynamoDB until it is killed: arguments are its directory and a table; prints its address. */
const [, , path = '', table = '{}'] = process.argv;
const dynamodb = await startDynamodb({ path, region: 'us-east-1' });
await dynamodb.ensureTable(JSON.parse(table) as TableDefinition);
// V8's code is kept at a process's end, and this one is killed.
flushCompileCache();
process.stdout.write(`${dynamodb.url}\n`);
