import { startTokenIssuer, type TokenIssuer } from '#local/api/token-issuer.ts';
import type { ClaudeFacts, ClaudeWorkerData } from '#local/claude/claude-worker.ts';
import { type Dynamodb, startDynamodb } from '#local/dynamodb/dynamodb.ts';
import type { LocalError } from '#local/errors.ts';
import { type AccessKey, createAccessKey } from '#local/guard/aws-signature.ts';
import type { LocalSettings } from '#local/local-settings.ts';
import type { MarketplaceFacts, MarketplaceWorkerData } from '#local/marketplace/marketplace-worker.ts';
import { type SecretsManager, startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import type { ZendeskFacts, ZendeskWorkerData } from '#local/zendesk/zendesk-worker.ts';
import type { Closers } from './closers.ts';
import type { DataDirectory } from './data-directory.ts';
import { PLACE } from './place.ts';
import { startWorkerService } from './worker-service.ts';

/** `aud` of the tokens that the local issuer mints. */
const AUDIENCE = 'atom-sync-local';

/** How long the embedded Claude takes for a batch. */
const BATCH_SECONDS = 3;

/** Everything that runs beside the functions. */
export type EmbeddedServices = {
  readonly dynamodb: Dynamodb;
  readonly sqs: Sqs;
  readonly secrets: SecretsManager;
  readonly issuer: TokenIssuer;
  /** Absent where the settings name a marketplace. */
  readonly marketplace?: MarketplaceFacts;
  /** Absent where the settings name a Zendesk, or switch the tickets off. */
  readonly zendesk?: ZendeskFacts;
  /** Absent where the settings name a Claude, or there are no tickets. */
  readonly claude?: ClaudeFacts;
  /** Who may call the stand-ins of AWS: a new one at each start, for whoever may read `session.json`. */
  readonly accessKey: AccessKey;
  /** Tells them that the whole system is ready: what is embedded begins to change. */
  systemIsReady(): void;
  /** Settles when one of them dies by itself. */
  readonly died: Promise<LocalError>;
};

/** Starts the stand-ins, all at once; each is closed by `closers`. */
export async function startEmbeddedServices(
  directory: DataDirectory,
  local: LocalSettings,
  closers: Closers,
): Promise<EmbeddedServices> {
  const opened = <T extends { close(): Promise<void> }>(service: T): T => {
    closers.add(() => service.close());
    return service;
  };
  const accessKey = createAccessKey();
  const starting = [
    startDynamodb({ path: directory.file('dynamodb'), region: PLACE.region, accessKey }).then(opened),
    startSqs({ dataDir: directory.file('sqs'), ...PLACE, accessKey }).then(opened),
    startSecretsManager({
      path: directory.file('secrets.json'),
      ...PLACE,
      now: () => new Date(),
      accessKey,
    }).then(opened),
    startTokenIssuer({
      path: directory.file('token-key.json'),
      audience: AUDIENCE,
      machines: local.machines,
    }).then(opened),
    local.embeddedMarketplace ? startMarketplaceWorker(directory, local).then(opened) : undefined,
    local.embeddedZendesk ? startZendeskWorker(directory, local).then(opened) : undefined,
    local.embeddedClaude ? startClaudeWorker(directory).then(opened) : undefined,
  ] as const;
  // When one fails its reason is told at once; none is left to start unseen after that.
  closers.add(async () => void (await Promise.allSettled(starting)));
  const [dynamodb, sqs, secrets, issuer, marketplace, zendesk, claude] = await Promise.all(starting);
  const others = [marketplace, zendesk, claude].filter((service) => service !== undefined);
  return {
    dynamodb,
    sqs,
    secrets,
    issuer,
    marketplace: marketplace?.facts,
    zendesk: zendesk?.facts,
    claude: claude?.facts,
    accessKey,
    systemIsReady: () => {
      for (const service of others) service.systemIsReady();
    },
    died: Promise.race([dynamodb.died, sqs.died, ...others.map((service) => service.died)]),
  };
}

function startMarketplaceWorker(directory: DataDirectory, local: LocalSettings) {
  const data: MarketplaceWorkerData = {
    journalPath: directory.file('marketplace.jsonl'),
    skills: local.marketplaceSkills,
    changeEveryMs: local.marketplaceChangeEveryMs,
    latencyMs: local.marketplaceLatencyMs,
  };
  const module = new URL('../marketplace/marketplace-worker.ts', import.meta.url);
  return startWorkerService<MarketplaceFacts>('marketplace', module, data, { path: data.journalPath });
}

function startZendeskWorker(directory: DataDirectory, local: LocalSettings) {
  const data: ZendeskWorkerData = {
    journalPath: directory.file('zendesk.jsonl'),
    tickets: local.ticketsFile ?? local.tickets,
    // New ones are made up, and would not be like those of a file.
    arrivalEveryMs: local.ticketsFile === undefined ? local.ticketEveryMs : 0,
    // The pace that the settings ask for is kept; that of others is not tried for a demonstration.
    incrementalPerMinute: 'off',
  };
  const module = new URL('../zendesk/zendesk-worker.ts', import.meta.url);
  return startWorkerService<ZendeskFacts>('Zendesk', module, data, { path: data.journalPath });
}

function startClaudeWorker(directory: DataDirectory) {
  const data: ClaudeWorkerData = {
    statePath: directory.file('claude'),
    batchSeconds: BATCH_SECONDS,
    latencyMs: 0,
  };
  const module = new URL('../claude/claude-worker.ts', import.meta.url);
  return startWorkerService<ClaudeFacts>('Claude', module, data, { path: data.statePath });
}
