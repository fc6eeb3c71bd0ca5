import { startTokenIssuer, type TokenIssuer } from '#local/api/token-issuer.ts';
import { type Dynamodb, startDynamodb } from '#local/dynamodb/dynamodb.ts';
import type { LocalError } from '#local/errors.ts';
import { type AccessKey, createAccessKey } from '#local/guard/aws-signature.ts';
import type { LocalSettings } from '#local/local-settings.ts';
import type { MarketplaceFacts, MarketplaceWorkerData } from '#local/marketplace/marketplace-worker.ts';
import { type SecretsManager, startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import type { Closers } from './closers.ts';
import type { DataDirectory } from './data-directory.ts';
import { PLACE } from './place.ts';
import { startWorkerService } from './worker-service.ts';

/** `aud` of the tokens that the local issuer mints. */
const AUDIENCE = 'atom-sync-local';

/** Everything that runs beside the functions. */
export type EmbeddedServices = {
  readonly dynamodb: Dynamodb;
  readonly sqs: Sqs;
  readonly secrets: SecretsManager;
  readonly issuer: TokenIssuer;
  /** Absent where the settings name a marketplace. */
  readonly marketplace?: MarketplaceFacts;
  /** Who may call the stand-ins of AWS: a new one at each start, for whoever may read `session.json`. */
  readonly accessKey: AccessKey;
  /** Tells them that the whole system is ready: the embedded marketplace begins to change. */
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
    startTokenIssuer({ path: directory.file('token-key.json'), audience: AUDIENCE }).then(opened),
    local.embeddedMarketplace ? startMarketplaceWorker(directory, local).then(opened) : undefined,
  ] as const;
  // When one fails its reason is told at once; none is left to start unseen after that.
  closers.add(async () => void (await Promise.allSettled(starting)));
  const [dynamodb, sqs, secrets, issuer, marketplace] = await Promise.all(starting);
  const died = Promise.race([dynamodb.died, sqs.died, ...(marketplace ? [marketplace.died] : [])]);
  const systemIsReady = () => marketplace?.systemIsReady();
  return { dynamodb, sqs, secrets, issuer, marketplace: marketplace?.facts, accessKey, systemIsReady, died };
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
