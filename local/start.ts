import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import { JobId, RunTrigger } from '#core/runs/run.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import type { RawSettings, Settings } from '#lib/settings/settings.ts';
import { hasTickets } from '#lib/settings/ticket-settings.ts';
import { readHttpApi } from './api/deployed-api.ts';
import { type HttpGateway, startHttpGateway } from './api/http-gateway.ts';
import { type DeployedSystem, deploy, STOP_GRACE_MS } from './deployed-system.ts';
import type { LocalError } from './errors.ts';
import { runFirstSync } from './first-sync.ts';
import { readTriggers } from './lambda/deployed-functions.ts';
import type { InvocationResult, LambdaRuntime } from './lambda/lambda-runtime.ts';
import { completeSettings, feedIsUnknown, readLocalSettings, type StartSettings } from './local-settings.ts';
import { showReady } from './ready-message.ts';
import { readSchedules } from './scheduler/deployed-schedules.ts';
import { type Closers, createClosers } from './services/closers.ts';
import { type DataDirectory, openDataDirectory } from './services/data-directory.ts';
import { type EmbeddedServices, startEmbeddedServices } from './services/embedded-services.ts';
import { describeSession, type Session, writeSession } from './services/session-file.ts';
import { storageTrouble } from './services/storage-trouble.ts';
import { type DeploymentSource, sourceOf } from './template/deployment.ts';
import { startSynthesizer } from './template/synthesis.ts';
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

/** What a start of the local system is given by its process. */
export type StartOptions = {
  readonly env: RawSettings;
  readonly terminal: Terminal;
  /** Gives the start up; what is open by then is closed. */
  readonly signal: AbortSignal;
  /** Hears why the start is given up before anything is closed, which may take its time. */
  readonly onFailure?: (error: unknown) => void;
  /** A file with the embedded Zendesk's tickets. @default - made up ones */
  readonly ticketsFile?: string | undefined;
};

/** What a start works with before any service runs. */
type Host = {
  readonly directory: DataDirectory;
  readonly gateway: HttpGateway;
  readonly terminal: Terminal;
  readonly closers: Closers;
};

type Deployment = {
  readonly services: EmbeddedServices;
  readonly source: DeploymentSource;
  readonly servers: Servers;
};

/** Base URLs of what the system works with; those of the tickets only where there are tickets. */
type Servers = Pick<Session, 'marketplace' | 'zendesk' | 'claude'>;

function serversOf(settings: Settings): Servers {
  const marketplace = settings.ATOM_SAAS_API_URL;
  if (!hasTickets(settings)) return { marketplace };
  return { marketplace, zendesk: settings.ZENDESK_API_URL, claude: settings.ANTHROPIC_BASE_URL };
}

/**
 * Starts everything and runs the first sync.
 *
 * @throws SettingsError, PortUnavailableError, DataDirectoryInUseError, DataDirectoryUnusableError, DiskFullError,
 *   TemplateError, EmbeddedServiceError; the signal's reason when it aborts. Nothing is left open then.
 */
export async function startLocalSystem(options: StartOptions): Promise<LocalSystem> {
  const { env, terminal, signal, onFailure, ticketsFile } = options;
  const settings = readLocalSettings(env, { ticketsFile });
  const { dataDir, port } = settings.local;
  const closers = createClosers();
  try {
    const directory = await openDataDirectory(dataDir);
    closers.add(directory.release);
    // One that an end without a goodbye left would mislead whoever reads it now.
    rmSync(directory.file(SESSION_FILE), { force: true });
    const gateway = await startHttpGateway({ port });
    closers.add(() => gateway.close());
    terminal.line(`Starting atom-sync on this computer; its data are in ${directory.path}.`);
    const services = await startServices({ directory, gateway, terminal, closers }, settings, signal);
    return { url: gateway.url, died: services.died, stop: closers.closeAll };
  } catch (error) {
    const reason = storageTrouble(error, resolve(dataDir)) ?? error;
    onFailure?.(reason);
    await closers.closeAll();
    throw reason;
  }
}

/** Starts the embedded services, and on them the stack: the start from the first service on. */
async function startServices(
  host: Host,
  settings: StartSettings,
  stop: AbortSignal,
): Promise<EmbeddedServices> {
  const { directory, gateway, closers } = host;
  // The services' addresses are part of the stack's settings, so the CDK only loads while they start.
  const synthesizer = startSynthesizer(directory.file('cdk.out'));
  closers.add(synthesizer.close);
  const services = await startEmbeddedServices(directory, settings.local, closers);
  // When an embedded service dies, whatever waits for it waits in vain.
  const died = new AbortController();
  void services.died.then((error) => died.abort(error));
  const signal = AbortSignal.any([stop, died.signal]);
  const work = async () => {
    signal.throwIfAborted();
    const { issuer, sqs } = services;
    const complete = completeSettings(settings.raw, { ...services, ...issuer });
    const synthesized = await synthesizer.synthesize(complete);
    signal.throwIfAborted();
    const addresses = { queueUrl: sqs.queueUrl, apiUrl: gateway.url };
    const source = sourceOf(synthesized, complete.ATOM_SYNC_STACK_NAME, addresses);
    const deployment = { services, source, servers: serversOf(complete) };
    await startStack(host, deployment, settings, signal);
  };
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

/** Makes the stack's resources, opens the API, runs the first sync, and lets everything start by itself from then on. */
async function startStack(
  { directory, gateway, terminal, closers }: Host,
  { services, source, servers }: Deployment,
  { local, raw }: StartSettings,
  signal: AbortSignal,
): Promise<void> {
  const onLine = (line: string) => terminal.line(line);
  const system = await deploy(source, services, { directory, onLine, closers, given: raw });
  gateway.serve(readHttpApi(source), system.runtime.invoke);
  // Before the functions end, so that no request comes in and finds none; closing twice does no harm.
  closers.add(() => gateway.close());
  const addresses = { api: gateway.url, ...servers, endpoints: system.endpoints };
  const session = await describeSession(source, services, addresses);
  const sessionFile = directory.file(SESSION_FILE);
  closers.add(writeSession(sessionFile, session));
  signal.throwIfAborted();
  const hasToken = local.embeddedMarketplace || raw.ATOM_SAAS_API_TOKEN !== undefined;
  await firstSync(triggeredFunction(source, system.runtime), session, { terminal, signal, hasToken });
  signal.throwIfAborted();
  startWork(system, closers);
  startTickets(source, system.runtime);
  services.systemIsReady();
  showReady(terminal, {
    session,
    sessionFile,
    dataDirectory: directory.path,
    embeddedSkills: services.marketplace && local.marketplaceSkills,
    embedded: { zendesk: services.zendesk !== undefined, claude: services.claude !== undefined },
    isFeedUnknown: feedIsUnknown(raw),
  });
}

/** Invokes the function of the deployment's trigger; undefined where nothing is to start by itself. */
function triggeredFunction(source: DeploymentSource, runtime: LambdaRuntime): Invoke | undefined {
  const [trigger] = readTriggers(source);
  const name = trigger && runtime.resolve(trigger);
  return name === undefined ? undefined : (payload) => runtime.invoke(name, payload);
}

type Invoke = (payload: string) => Promise<InvocationResult>;

type FirstSyncOptions = {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Whether anything has put the marketplace's token into its secret. */
  readonly hasToken: boolean;
};

/** Runs the sync that follows a deployment, or says why there is none. */
async function firstSync(
  invoke: Invoke | undefined,
  { api, tokens }: Session,
  { terminal, signal, hasToken }: FirstSyncOptions,
): Promise<void> {
  if (invoke === undefined) {
    terminal.line(
      'No first sync: ENABLE_SCHEDULER or ATOM_SAAS_ENABLED is false. The API serves what the cache holds.',
    );
    return;
  }
  if (!hasToken) {
    terminal.line('ATOM_SAAS_API_TOKEN is not set: only a token put into the secret by hand can work.');
  }
  const headers = { authorization: `Bearer ${tokens.AUTONOMOUS}` };
  await runFirstSync({
    invoke,
    readRun: async (id) => (await fetch(`${api}/api/admin/sync/runs/${id}`, { headers })).json(),
    newRunId: ulid,
    terminal,
    sleep: (ms) => delay(ms),
    now: Date.now,
    signal,
  });
}

/** From here on queues, tasks and schedules start functions; each is stopped before what it needs is closed. */
function startWork({ eventSources, tasks, scheduler }: DeployedSystem, closers: Closers): void {
  eventSources.start();
  closers.add(() => eventSources.stop(STOP_GRACE_MS));
  for (const task of tasks) {
    task.start();
    closers.add(task.stop);
  }
  scheduler.start();
  closers.add(scheduler.stop);
}

/**
 * Has the tickets come in, beside everything else and not waited for: the nightly pipeline, once at each start. What an
 * earlier start left half done is taken up by it.
 */
function startTickets(source: DeploymentSource, runtime: LambdaRuntime): void {
  const nightly = readSchedules(source).find(({ Name }) => Name === JobId.dailySync);
  if (nightly?.State !== 'ENABLED') return;
  const name = runtime.resolve(nightly.Target.Arn);
  if (name === undefined) return;
  runtime.invokeAsync(name, JSON.stringify({ trigger: RunTrigger.catchUp, task: TicketTask.pipeline }));
}
