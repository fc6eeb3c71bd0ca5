import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readCategory } from '#adapters/dynamodb/categories/category-item.ts';
import { skillEntry, skillIdOf } from '#adapters/dynamodb/skills/skill-item.ts';
import { createSyncStores, type SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import type { MarketplaceHttpDeps } from '#adapters/marketplace/request.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import type { ConflictStrategy } from '#core/conflicts/conflict.ts';
import type { Log } from '#core/log.ts';
import type { Marketplace as MarketplacePort } from '#core/marketplace/marketplace.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { Skill } from '#core/skills/skill.ts';
import { cachedSkill, isUnreadable } from '#core/skills/skill-entry.ts';
import { syncSkills } from '#functions/skill-sync/sync-skills.ts';
import { generateSkills } from '#local/marketplace/catalog/generate-catalog.ts';
import type { MarketplaceOptions } from '#local/marketplace/options.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { type SecretsManager, startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { createFastClock, type FastClock, TIMEOUT_MS } from './fast-clock.ts';

export const TOKEN = 'secret-token-0f1e2d3c4b5a';
export const ROTATED = 'rotated-token-9a8b7c6d5e4f';
const SECRET_ID = 'atom-sync/token';
const HOUR = 3_600_000;
const INVOCATION_MS = HOUR / 4;
const MAX_INVOCATIONS = 20;
const CATEGORIES = ['Finance', 'Health & Sport', '工具'];

/** What many syncs of one file share: an engine and a store of secrets, both over HTTP. */
export type Ground = { readonly engine: Engine; readonly secrets: SecretsManager; stop(): Promise<void> };

export async function startGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'skill-sync-'));
  const secrets = await startSecretsManager({
    path: join(folder, 'secrets.json'),
    region: 'us-east-1',
    accountId: '123456789012',
    now: () => new Date(),
  });
  const engine = await startDynalite();
  return {
    engine,
    secrets,
    stop: async () => {
      await engine.stop();
      await secrets.close(0);
      await rm(folder, { recursive: true });
    },
  };
}

export type SystemOptions = MarketplaceOptions & {
  readonly pageSize?: number;
  /** A marketplace that is somewhere else, or none at all. */
  readonly url?: string;
  readonly client?: Partial<MarketplaceHttpDeps>;
  readonly ttlMs?: number;
  /** @default remote_wins */
  readonly strategy?: ConflictStrategy;
};

/** A whole skill sync: simulator, client, stores and run as `handler.ts` composes them, on one empty table. */
export type SyncSystem = {
  readonly marketplace: Marketplace;
  readonly clock: FastClock;
  readonly table: Table;
  readonly stores: SyncStores;
  /** Everything that was logged, errors with their causes and stacks. */
  readonly log: string[];
  /** One run, over as many invocations of a quarter of an hour as it takes. */
  sync(options?: { readonly acceptOlder?: boolean }): Promise<Run>;
  /** One invocation over other stores. */
  syncThrough(using: SyncStores): Promise<Run>;
  /** A run against another marketplace. */
  syncFrom(url: string, differences?: Partial<MarketplaceHttpDeps>): Promise<Run>;
  rotate(token: string): void;
  rows(): Promise<Row[]>;
  /** The cache as a reader sees it now. */
  cached(): Promise<Map<string, Skill>>;
  categories(): Promise<Map<string, unknown>>;
  refused(): Promise<readonly RejectedRecord[]>;
  /** What the marketplace has, as it should stand in the cache. */
  wanted(): Map<string, unknown>;
  stop(): Promise<void>;
};

export async function startSystem(ground: Ground, options: SystemOptions = {}): Promise<SyncSystem> {
  const { strategy = 'remote_wins', pageSize = 8, url, client, ttlMs = 24 * HOUR, ...market } = options;
  const clock = createFastClock();
  const marketplace = await startMarketplace({
    token: TOKEN,
    now: clock.now,
    catalog: smallCatalog(25),
    ...market,
  });
  const table = await ground.engine.createTable();
  const stores = createSyncStores(table, { strategy, random: () => 0.5 });
  const log: string[] = [];
  const write = (...facts: unknown[]) =>
    void log.push(inspect(facts, { depth: null, maxStringLength: null }));
  const logger: Log = { debug: write, info: write, warn: write, error: write };
  const rotate = (token: string) =>
    ground.secrets.seed(SECRET_ID, JSON.stringify({ token }), { always: true });
  rotate(TOKEN);
  const secretsClient = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: ground.secrets.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const token = createTokenSource({
    client: secretsClient,
    secretId: SECRET_ID,
    now: clock.now,
    log: logger,
  });
  let deadline = Number.POSITIVE_INFINITY;
  const remainingMs = () => deadline - clock.now();
  const clientAt = (baseUrl: string, differences: Partial<MarketplaceHttpDeps> = {}) =>
    createMarketplace({
      baseUrl,
      token,
      fetch,
      now: clock.now,
      sleep: clock.sleep,
      random: () => 0.25,
      timeoutMs: TIMEOUT_MS,
      log: logger,
      remainingMs,
      ...client,
      ...differences,
    });
  const ours = clientAt(url ?? marketplace.url);
  const lifetime = { ttlMs, intervalMs: HOUR / 4 };

  let acceptOlder = false;
  const invoke = (runId: string, port: MarketplacePort, using: SyncStores = stores) => {
    const { now, sleep } = clock;
    const deps = { ...using, marketplace: port, now, log: logger, pageSize, lifetime, acceptOlder };
    deadline = clock.now() + INVOCATION_MS;
    return runJob(
      { ...using, now, sleep, log: logger, remainingMs, continueInNewInvocation: async () => undefined },
      { job: JobId.skillSync, runId, trigger: 'schedule', enabled: true },
      (context) => syncSkills(deps, context),
    );
  };
  const sync = async (port: MarketplacePort) => {
    const runId = newRunId(clock.now(), Math.random);
    let run = await invoke(runId, port);
    for (let more = 0; more < MAX_INVOCATIONS && run.status === 'interrupted'; more += 1) {
      run = await invoke(runId, port);
    }
    return run;
  };
  const rows = () => scan(table);

  return {
    marketplace,
    clock,
    table,
    stores,
    log,
    sync: (options = {}) => {
      acceptOlder = options.acceptOlder === true;
      return sync(ours);
    },
    syncThrough: (using) => invoke(newRunId(clock.now(), Math.random), ours, using),
    syncFrom: (elsewhere, differences) => sync(clientAt(elsewhere, differences)),
    rotate,
    rows,
    cached: async () => cachedSkills(await rows(), clock.now()),
    categories: async () => cachedCategories(await rows(), clock.now()),
    refused: async () => (await stores.rejected.list(200, undefined, clock.now())).items,
    wanted: () => new Map(marketplace.catalog.listing().map((skill) => [skill.skill_id, skill])),
    stop: async () => {
      secretsClient.destroy();
      await marketplace.close();
    },
  };
}

/** Generated skills in three categories. */
export function smallCatalog(count: number, seed = 1) {
  const skills = Array.from(generateSkills({ seed, count }), (skill, n) => ({
    ...skill,
    category: CATEGORIES[n % CATEGORIES.length] ?? '',
  }));
  return { skills, categories: CATEGORIES.map((name) => ({ name })) };
}

async function scan({ client, name }: Table): Promise<Row[]> {
  const rows: Row[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: name, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return rows;
}

function cachedSkills(rows: readonly Row[], now: number): Map<string, Skill> {
  const skills = new Map<string, Skill>();
  for (const row of rows) {
    const id = row.sk === 'SKILL' ? skillIdOf(row.pk) : undefined;
    if (id === undefined) continue;
    const entry = skillEntry(row);
    if (isUnreadable(entry)) throw new Error(`Unreadable: ${String(row.pk)}`);
    const skill = cachedSkill(entry);
    if (skill && skill.expiresAt.getTime() > now) skills.set(id, skill.remote.skill);
  }
  return skills;
}

function cachedCategories(rows: readonly Row[], now: number): Map<string, unknown> {
  const categories = new Map<string, unknown>();
  for (const row of rows) {
    const entry = row.pk === 'CATEGORIES' ? readCategory(row) : undefined;
    if (entry && entry.expiresAt > now) categories.set(entry.version.category.name, entry.version.category);
  }
  return categories;
}
