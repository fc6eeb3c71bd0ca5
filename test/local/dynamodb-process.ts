import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import type { TableDefinition } from '#local/dynamodb.ts';

/** The embedded DynamoDB in a process of its own, with a table. */
export type DynamodbProcess = {
  client: DynamoDBClient;
  /** Kills the process and waits until it is gone. */
  kill(): Promise<void>;
};

/** Starts it on what an earlier one left; killed when the test ends. */
export async function startDynamodbProcess(path: string, table: TableDefinition): Promise<DynamodbProcess> {
  const module = join(import.meta.dirname, 'dynamodb-server.ts');
  const child = spawn(process.execPath, [module, path, JSON.stringify(table)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const endpoint = await firstLine(child);
  // An answer that was lost is what the test is about: nothing is tried again.
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
      client.destroy();
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('The embedded DynamoDB ended before it was ready.');
}
