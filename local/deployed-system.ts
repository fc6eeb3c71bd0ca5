import type { RawSettings } from '#lib/settings/settings.ts';
import { createEventSources } from './lambda/deployed-event-sources.ts';
import type { EventSource } from './lambda/event-source.ts';
import { createFunctionLogs, type FunctionLogs } from './lambda/function-logs.ts';
import { startLambdaEndpoint } from './lambda/lambda-endpoint.ts';
import { createLambdaRuntime, type LambdaRuntime } from './lambda/lambda-runtime.ts';
import { createScheduler, type Scheduler } from './scheduler/scheduler.ts';
import { startSchedulerEndpoint } from './scheduler/scheduler-endpoint.ts';
import { runRotations } from './secrets/run-rotations.ts';
import { secretArn } from './secrets/secret-versions.ts';
import type { Closers } from './services/closers.ts';
import type { DataDirectory } from './services/data-directory.ts';
import { type EmbeddedServices, PLACE } from './services/embedded-services.ts';
import type { Session } from './services/session-file.ts';
import { type ContainerTask, createContainerTask } from './tasks/container-task.ts';
import { readTasks } from './tasks/deployed-tasks.ts';
import {
  type DeploymentSource,
  readFunctions,
  readQueues,
  readRotations,
  readSchedules,
  readSecrets,
  readTables,
  requireOutput,
} from './template/deployment.ts';
import { functionEnvironment, taskEnvironment } from './template/function-environment.ts';
import type { Terminal } from './terminal.ts';

/** The stack's resources, made on this computer. */
export type DeployedSystem = {
  readonly runtime: LambdaRuntime;
  /** Not started yet. */
  readonly scheduler: Scheduler;
  /** The queues that start functions; not started yet. */
  readonly eventSources: EventSource;
  /** The tasks beside the functions; not started yet. */
  readonly tasks: ContainerTask[];
  readonly endpoints: Session['endpoints'];
};

export type DeployOptions = {
  readonly source: DeploymentSource;
  readonly services: EmbeddedServices;
  readonly directory: DataDirectory;
  readonly raw: RawSettings;
  readonly terminal: Terminal;
  readonly closers: Closers;
};

/** The item of the limit that all functions share, as they name it. A test compares: loading it would take the SDK. */
export const REQUEST_WINDOW_KEY = { pk: 'LIMIT#marketplace', sk: 'STATE' };

/** How long a stop waits for invocations that are under way. */
export const STOP_GRACE_MS = 5000;

/** Makes what the template describes: tables, queues, the secret, the functions and their schedules. */
export async function deploy(options: DeployOptions): Promise<DeployedSystem> {
  const { source, services, closers } = options;
  await makeStores(source, services);
  seedToken(options);

  const logs = openLogs(options);
  const runtime = startFunctions(options, logs, () => endpoints);
  closers.add(() => runtime.close(STOP_GRACE_MS));
  services.secrets.rotateWith(runRotations(runtime, options.terminal));
  const scheduler = createScheduler({
    definitions: readSchedules(source),
    path: options.directory.file('schedules.json'),
    ...PLACE,
    fire: ({ Target }, input) => {
      const name = runtime.resolve(Target.Arn);
      if (name !== undefined) runtime.invokeAsync(name, input);
    },
  });
  const lambda = await startLambdaEndpoint(runtime, services.accessKey);
  closers.add(() => lambda.close());
  const isTarget = (arn: string) => runtime.resolve(arn) !== undefined;
  const schedules = await startSchedulerEndpoint({ scheduler, isTarget, accessKey: services.accessKey });
  closers.add(() => schedules.close());
  const endpoints: Session['endpoints'] = {
    dynamodb: services.dynamodb.url,
    sqs: services.sqs.url,
    secretsmanager: services.secrets.url,
    lambda: lambda.url,
    scheduler: schedules.url,
  };
  const { sqs } = services;
  const onTrouble = (message: string) => options.terminal.line(message);
  const eventSources = createEventSources({ source, sqs, runtime, region: PLACE.region, onTrouble });
  const tasks = createTasks(options, logs, endpoints);
  return { runtime, scheduler, eventSources, tasks, endpoints };
}

async function makeStores(source: DeploymentSource, services: EmbeddedServices): Promise<void> {
  const { dynamodb, sqs, marketplace } = services;
  const makeTables = readTables(source).map(async (table) => {
    await dynamodb.ensureTable(table);
    // The embedded marketplace begins with an empty minute: what an earlier start used of its limit is forgotten.
    if (marketplace !== undefined) await dynamodb.deleteItem(table.TableName, REQUEST_WINDOW_KEY);
  });
  const makeQueues = async () => {
    // One after the other: a queue may name another as its dead-letter queue.
    for (const queue of readQueues(source)) await sqs.ensureQueue(queue);
  };
  await Promise.all([...makeTables, makeQueues()]);
}

/** Puts the marketplace's token where the deployed functions look for it, and sets its rotation up. */
function seedToken({ source, services, raw }: DeployOptions): void {
  const { secrets, marketplace } = services;
  const arn = requireOutput(source, 'TokenSecretArn');
  const name = readSecrets(source).find((secret) => secretArn(secret, PLACE.region, PLACE.accountId) === arn);
  if (name === undefined) return;
  secrets.setRotation(name, readRotations(source).get(arn));
  const token = marketplace?.token ?? raw.ATOM_SAAS_API_TOKEN ?? '';
  // The embedded marketplace forgets the tokens that it issued; another server doesn't.
  secrets.seed(name, JSON.stringify({ token }), { always: marketplace !== undefined });
}

function openLogs({ directory, terminal, closers }: DeployOptions): FunctionLogs {
  const logs = createFunctionLogs(directory.file('logs'), (name, line) => terminal.line(`${name}: ${line}`));
  closers.add(() => logs.close());
  return logs;
}

function startFunctions(
  { source, services, terminal }: DeployOptions,
  logs: FunctionLogs,
  endpoints: () => Session['endpoints'],
): LambdaRuntime {
  return createLambdaRuntime({
    functions: readFunctions(source),
    environment: (definition) =>
      functionEnvironment(definition, endpoints(), { ...services.accessKey, region: PLACE.region }),
    onOutput: ({ title }, text) => logs.write(title, text),
    onFailure: ({ title }, { errorType, errorMessage }) => {
      terminal.line(`${title}: ${errorType}: ${errorMessage.split('\n')[0]}`);
    },
    sendToQueue: services.sqs.send,
  });
}

function createTasks(
  { source, services, directory, terminal }: DeployOptions,
  logs: FunctionLogs,
  endpoints: Session['endpoints'],
): ContainerTask[] {
  const access = { ...services.accessKey, region: PLACE.region };
  return readTasks(source).flatMap((definition) =>
    Array.from({ length: definition.count }, (_, index) =>
      createContainerTask({
        definition,
        environment: () => taskEnvironment(definition.environment, endpoints, access),
        volumesDir: directory.file('volumes', `${definition.name}-${index + 1}`),
        onOutput: (text) => logs.write(definition.name, text),
        onTrouble: (message) => terminal.line(`${definition.name} ${message}.`),
      }),
    ),
  );
}
