import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { RawSettings } from '#lib/settings/settings.ts';
import { readHttpApi } from './api/deployed-api.ts';
import { type HttpGateway, startHttpGateway } from './api/http-gateway.ts';
import { type DeployedSystem, deploy, STOP_GRACE_MS } from './deployed-system.ts';
import type { LocalError } from './errors.ts';
import { runFirstSync } from './first-sync.ts';
import { completeSettings, feedIsUnknown, type LocalSettings, readLocalSettings } from './local-settings.ts';
import { type Closers, createClosers } from './services/closers.ts';
import { type DataDirectory, openDataDirectory } from './services/data-directory.ts';
import { type EmbeddedServices, PLACE, startEmbeddedServices } from './services/embedded-services.ts';
import { type Session, writeSession } from './services/session-file.ts';
import { storageTrouble } from './services/storage-trouble.ts';
import { type DeploymentSource, readTriggers, requireOutput } from './template/deployment.ts';
import { createResourceNames } from './template/resource-names.ts';
import { type Synthesizer, startSynthesizer } from './template/synthesis.ts';
import { createResolver } from './template/template.ts';
import type { Terminal } from './terminal.ts';

const SESSION_FILE = 'session.json';

/** The whole system on this computer. */
export type LocalSystem = {
  /** Base URL of the API. */
  readonly url: string;
  /** Settles when an embedded service dies by itself, or no longer answers: nothing works any more then. */
  readonly died: Promise<LocalError>;
  /** Lets running invocations end for up to 5 s, then closes everything. */
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly env: RawSettings;
  readonly terminal: Terminal;
  /** Gives the start up; what is open by then is closed. */
  readonly signal: AbortSignal;
  /** Hears why the start is given up before anything is closed, which may take its time. */
  readonly onFailure?: (error: unknown) => void;
};

type Starting = {
  /** Aborts, with the reason, when an embedded service dies: whatever waits for it waits in vain. */
  readonly died: AbortController;
  readonly local: LocalSettings;
  readonly raw: RawSettings;
  readonly directory: DataDirectory;
  readonly gateway: HttpGateway;
  readonly terminal: Terminal;
  readonly closers: Closers;
  readonly signal: AbortSignal;
};

type Deployment = {
  readonly services: EmbeddedServices;
  readonly source: DeploymentSource;
  /** Base URL of the marketplace that is synced. */
  readonly marketplaceUrl: string;
};

/**
 * Starts everything and runs the first sync.
 *
 * @throws SettingsError, PortUnavailableError, DataDirectoryInUseError, DataDirectoryUnusableError, DiskFullError,
 *   TemplateError, EmbeddedServiceError; the signal's reason when it aborts. Nothing is left open then.
 */
export async function startLocalSystem(options: StartOptions): Promise<LocalSystem> {
  const { env, terminal, onFailure } = options;
  const { local, raw } = readLocalSettings(env);
  const closers = createClosers();
  const died = new AbortController();
  const signal = AbortSignal.any([options.signal, died.signal]);
  try {
    const directory = await openDataDirectory(local.dataDir);
    closers.add(directory.release);
    // One that an end without a goodbye left would mislead whoever reads it now.
    rmSync(directory.file(SESSION_FILE), { force: true });
    const gateway = await startHttpGateway({ port: local.port });
    closers.add(() => gateway.close());
    terminal.line(`Starting atom-sync on this computer; its data are in ${directory.path}.`);
    const services = await bringUp({ local, raw, directory, gateway, terminal, closers, signal, died });
    return { url: gateway.url, died: services.died, stop: closers.closeAll };
  } catch (error) {
    const told = storageTrouble(error, resolve(local.dataDir)) ?? error;
    onFailure?.(told);
    await closers.closeAll();
    throw told;
  }
}

/** The start from the first service on. */
async function bringUp(starting: Starting): Promise<EmbeddedServices> {
  const { directory, local, closers, died } = starting;
  const synthesizer = startSynthesizer(directory.file('cdk.out'));
  closers.add(synthesizer.close);
  const services = await startEmbeddedServices(directory, local, closers);
  void services.died.then((error) => died.abort(error));
  const work = async () =>
    putInService(starting, await synthesizeBesideServices(starting, services, synthesizer));
  await orAborted(work(), died.signal);
  return services;
}

/** What a promise comes to, or the signal's reason as soon as it aborts. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}

/** The services' addresses are part of the settings, so the CDK only loads while they start. */
async function synthesizeBesideServices(
  { raw, gateway, signal }: Starting,
  services: EmbeddedServices,
  synthesizer: Synthesizer,
): Promise<Deployment> {
  signal.throwIfAborted();
  const { issuer, audience } = services.issuer;
  const settings = completeSettings(raw, { issuer, audience, marketplace: services.marketplace });
  const synthesized = await synthesizer.synthesize(settings);
  signal.throwIfAborted();
  const pseudo = { ...PLACE, stackName: settings.ATOM_SYNC_STACK_NAME };
  const addresses = { queueUrl: services.sqs.queueUrl, apiUrl: gateway.url };
  const names = createResourceNames(synthesized.template, pseudo, addresses);
  const resolver = createResolver(synthesized.template, pseudo, names);
  const source = { synthesized, names, resolver };
  return { services, source, marketplaceUrl: settings.ATOM_SAAS_API_URL };
}

async function putInService(starting: Starting, deployment: Deployment): Promise<void> {
  const { services, source } = deployment;
  const { raw, gateway, directory, terminal, closers, signal } = starting;
  const system = await deploy({ source, services, directory, raw, terminal, closers });
  gateway.serve(readHttpApi(source), system.runtime.invoke);
  // Before the functions end, so that no request comes in and finds none; closing twice does no harm.
  closers.add(() => gateway.close());
  const session = await describeSession(deployment, system, gateway);
  closers.add(writeSession(directory.file(SESSION_FILE), session));
  signal.throwIfAborted();
  await firstSync(starting, source, system, session);
  signal.throwIfAborted();
  system.eventSources.start();
  closers.add(() => system.eventSources.stop(STOP_GRACE_MS));
  for (const task of system.tasks) {
    task.start();
    closers.add(task.stop);
  }
  system.scheduler.start();
  closers.add(system.scheduler.stop);
  services.systemIsReady();
  announce(starting, services, session);
}

async function describeSession(
  { source, services, marketplaceUrl }: Deployment,
  { endpoints }: DeployedSystem,
  gateway: HttpGateway,
): Promise<Session> {
  return {
    api: gateway.url,
    tokens: await services.issuer.mintTokens(),
    marketplace: marketplaceUrl,
    endpoints,
    access_key_id: services.accessKey.accessKeyId,
    secret_access_key: services.accessKey.secretAccessKey,
    secret: requireOutput(source, 'TokenSecretArn'),
    table: requireOutput(source, 'TableName'),
    queues: {
      uploads: requireOutput(source, 'UploadsQueueUrl'),
      dead_letters: requireOutput(source, 'DeadLettersQueueUrl'),
    },
  };
}

async function firstSync(
  { terminal, signal, local, raw }: Starting,
  source: DeploymentSource,
  { runtime }: DeployedSystem,
  { api, tokens }: Session,
): Promise<void> {
  const [trigger] = readTriggers(source);
  const name = trigger && runtime.resolve(trigger);
  if (name === undefined) {
    terminal.line(
      'No first sync: ENABLE_SCHEDULER or ATOM_SAAS_ENABLED is false. The API serves what the cache holds.',
    );
    return;
  }
  if (!local.embeddedMarketplace && raw.ATOM_SAAS_API_TOKEN === undefined) {
    terminal.line('ATOM_SAAS_API_TOKEN is not set: only a token put into the secret by hand can work.');
  }
  const headers = { authorization: `Bearer ${tokens.AUTONOMOUS}` };
  await runFirstSync({
    invoke: (payload) => runtime.invoke(name, payload),
    readRun: async (id) => (await fetch(`${api}/api/admin/sync/runs/${id}`, { headers })).json(),
    newRunId: ulid,
    terminal,
    sleep: (ms) => delay(ms),
    now: Date.now,
    signal,
  });
}

function announce(
  { terminal, directory, local, raw }: Starting,
  services: EmbeddedServices,
  session: Session,
): void {
  const embedded =
    services.marketplace && ` (embedded, ${local.marketplaceSkills.toLocaleString('en-US')} skills)`;
  terminal.line('');
  terminal.line(`API          ${session.api}`);
  terminal.line(`Marketplace  ${session.marketplace}${embedded ?? ''}`);
  if (feedIsUnknown(raw)) terminal.line('Feed         none: ATOM_SAAS_WS_URL is not set');
  terminal.line(`Data         ${directory.path} (logs/)`);
  const sessionFile = directory.file('session.json');
  terminal.line(`Tokens       in ${sessionFile}, one for each level, good for 30 days`);
  terminal.line('Try:');
  terminal.line(
    `  curl -H "Authorization: Bearer $(jq -r .tokens.STUDENT '${sessionFile}')" '${session.api}/api/skills?limit=3'`,
  );
  terminal.line('');
}
