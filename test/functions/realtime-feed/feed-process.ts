import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { startDynalite } from '#test/engines/dynalite.ts';
import { type TestStores, tableStores } from '#test/engines/test-stores.ts';
import { runCatchUp } from './catch-up-sync.ts';

/** The source that is deployed as one file. */
const MAIN = resolve(import.meta.dirname, '../../../functions/realtime-feed/main.ts');
const SECRET = 'marketplace-token';

/** A feed's task as a process of its own, and what it wrote. */
export type FeedProcess = {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Its exit code, or the signal that killed it. */
  readonly ended: Promise<number | string>;
  /** The exit code of `health` for it. */
  health(): Promise<number>;
};

/** Everything that a feed's task needs around it, on real sockets. */
export type FeedWorld = {
  readonly marketplace: Marketplace;
  readonly stores: TestStores;
  /** What the skill sync was invoked with. */
  readonly invoked: Record<string, unknown>[];
  /** Whether an invocation runs the sync; without it, it is only noted. */
  syncs: boolean;
  /** @param entry what is run; default: the source */
  run(env?: Readonly<Record<string, string>>, entry?: string): FeedProcess;
  setToken(token: string): Promise<void>;
  close(): Promise<void>;
};

/** Starts a marketplace, a table, a secret, and a Lambda that notes what it is asked for and may run the sync. */
export async function startFeedWorld(skills: number): Promise<FeedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'feed-'));
  const marketplace = await startMarketplace({ skills });
  const engine = await startDynalite();
  const table = await engine.createTable();
  const secrets = await startSecretsManager({
    path: join(folder, 'secrets.json'),
    region: 'us-east-1',
    accountId: '123456789012',
    now: () => new Date(),
  });
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: secrets.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const SecretString = (token: string) => JSON.stringify({ token });
  await client.send(new CreateSecretCommand({ Name: SECRET, SecretString: SecretString(marketplace.token) }));
  const invoked: Record<string, unknown>[] = [];
  const lambda = await startLambda((path, event) => {
    invoked.push({ path, ...event });
    if (world.syncs) void runCatchUp(table, marketplace, event.run_id);
  });
  const children: FeedProcess[] = [];
  const base = environmentOf(table.name, marketplace.wsUrl, {
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_LAMBDA: urlOf(lambda),
  });

  const world: FeedWorld = {
    marketplace,
    stores: tableStores(table),
    invoked,
    syncs: false,
    run: (env = {}, entry = MAIN) => {
      const health = join(folder, `health-${children.length}`);
      const started = runFeed(entry, { ...process.env, ...base, FEED_HEALTH_FILE: health, ...env });
      children.push(started);
      return started;
    },
    setToken: async (token) => {
      await client.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: SecretString(token) }));
    },
    close: async () => {
      for (const { child } of children) child.kill('SIGKILL');
      await Promise.all(children.map(({ ended }) => ended));
      await marketplace.close();
      client.destroy();
      await secrets.close(0);
      await engine.stop();
      lambda.closeAllConnections();
      await new Promise((done) => lambda.close(done));
      await rm(folder, { recursive: true });
    },
  };
  return world;
}

/** The task's environment, apart from where its health file is. */
function environmentOf(tableName: string, wsUrl: string, endpoints: Readonly<Record<string, string>>) {
  return {
    TABLE_NAME: tableName,
    TOKEN_SECRET_ID: SECRET,
    SKILL_SYNC_FUNCTION_NAME: 'skill-sync-function',
    ATOM_SAAS_ENABLED: 'true',
    ATOM_SAAS_WS_ENABLED: 'true',
    ATOM_SAAS_WS_URL: wsUrl,
    ATOM_SAAS_WS_RECONNECT_ATTEMPTS: '10',
    ATOM_SAAS_WS_HEARTBEAT_INTERVAL: '10',
    ATOM_SAAS_WS_GATHER_SECONDS: '900',
    ATOM_SAAS_CACHE_TTL_HOURS: '24',
    ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    ...endpoints,
  };
}

/** A Lambda that takes every invocation. */
async function startLambda(
  invoke: (path: string | undefined, event: { readonly run_id: string }) => void,
): Promise<Server> {
  const lambda = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      invoke(request.url, JSON.parse(body));
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((done) => lambda.listen(0, '127.0.0.1', done));
  return lambda;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function runFeed(entry: string, env: NodeJS.ProcessEnv): FeedProcess {
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return {
    child,
    output: () => output,
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
    health: () =>
      new Promise((done) => {
        execFile(process.execPath, [entry, 'health'], { env }, (error) => done(Number(error?.code ?? 0)));
      }),
  };
}
