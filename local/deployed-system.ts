import { join } from 'node:path';
import { makeTables } from './dynamodb/deployed-tables.ts';
import { createEventSources } from './lambda/deployed-event-sources.ts';
import { readFunctions } from './lambda/deployed-functions.ts';
import type { EventSource } from './lambda/event-source.ts';
import { functionEnvironment } from './lambda/function-environment.ts';
import { createFunctionLogs, type FunctionLogs } from './lambda/function-logs.ts';
import { startLambdaEndpoint } from './lambda/lambda-endpoint.ts';
import { createLambdaRuntime, type LambdaRuntime } from './lambda/lambda-runtime.ts';
import { readSchedules } from './scheduler/deployed-schedules.ts';
import { createScheduler, type Scheduler } from './scheduler/scheduler.ts';
import { startSchedulerEndpoint } from './scheduler/scheduler-endpoint.ts';
import { type GivenSecret, makeSecrets } from './secrets/deployed-secrets.ts';
import { runRotations } from './secrets/run-rotations.ts';
import type { AwsAccess } from './services/aws-environment.ts';
import type { Closers } from './services/closers.ts';
import type { DataDirectory } from './services/data-directory.ts';
import type { EmbeddedServices } from './services/embedded-services.ts';
import { PLACE } from './services/place.ts';
import type { Session } from './services/session-file.ts';
import { makeQueues } from './sqs/deployed-queues.ts';
import { type ContainerTask, createContainerTask } from './tasks/container-task.ts';
import { readTasks } from './tasks/deployed-tasks.ts';
import { taskEnvironment } from './tasks/task-environment.ts';
import type { DeploymentSource } from './template/deployment.ts';

/** The stack's resources, made on this computer. */
export type DeployedSystem = {
  readonly runtime: LambdaRuntime;
  /** Not started yet. */
  readonly scheduler: Scheduler;
  /** The queues that start functions; not started yet. */
  readonly eventSources: EventSource;
  /** The tasks beside the functions; not started yet. */
  readonly tasks: readonly ContainerTask[];
  readonly endpoints: Session['endpoints'];
};

/** What a deployment needs besides the template and the services. */
export type DeployOptions = {
  readonly directory: DataDirectory;
  readonly onLine: (line: string) => void;
  readonly closers: Closers;
  /** What an operator would put into the secrets, by the settings; that of embedded servers comes before it. */
  readonly given: GivenCredentials;
};

/** The settings that are secrets, as far as they are set. */
type GivenCredentials = Readonly<Partial<Record<CredentialName, string | undefined>>>;
type CredentialName =
  | 'ATOM_SAAS_API_TOKEN'
  | 'ZENDESK_OAUTH_CLIENT_ID'
  | 'ZENDESK_OAUTH_CLIENT_SECRET'
  | 'ZENDESK_EMAIL'
  | 'ZENDESK_API_TOKEN'
  | 'ANTHROPIC_API_KEY';

/** How long a stop waits for invocations that are under way. */
export const STOP_GRACE_MS = 5000;

/** Makes what the template describes: tables, queues, the token, the functions, their event sources, schedules and tasks. */
export async function deploy(
  source: DeploymentSource,
  services: EmbeddedServices,
  { directory, onLine, closers, given }: DeployOptions,
): Promise<DeployedSystem> {
  const { dynamodb, sqs, marketplace } = services;
  // The embedded marketplace begins with an empty minute, and forgets the tokens that it issued; another doesn't.
  const isFresh = marketplace !== undefined;
  await Promise.all([makeTables(source, dynamodb, { freshMinute: isFresh }), makeQueues(source, sqs)]);
  makeSecrets(source, services.secrets, credentialsOf(services, given));

  const logs = createFunctionLogs(directory.file('logs'), (name, line) => onLine(`${name}: ${line}`));
  closers.add(() => logs.close());
  const runtime = createRuntime(source, services, { logs, onLine, endpoints: () => endpoints });
  closers.add(() => runtime.close(STOP_GRACE_MS));
  services.secrets.rotateWith(runRotations(runtime, { line: onLine }));
  const scheduler = createScheduler({
    definitions: readSchedules(source),
    path: directory.file('schedules.json'),
    ...PLACE,
    fire: ({ Target }, input) => {
      const name = runtime.resolve(Target.Arn);
      if (name !== undefined) runtime.invokeAsync(name, input);
    },
  });
  const endpoints = await startEndpoints(services, runtime, scheduler, closers);
  const { region } = PLACE;
  const eventSources = createEventSources({ source, sqs, runtime, region, onTrouble: onLine });
  const volumesDir = directory.file('volumes');
  const tasks = createTasks(source, { logs, onLine, volumesDir }, (environment) =>
    taskEnvironment(environment, endpoints, accessTo(services)),
  );
  return { runtime, scheduler, eventSources, tasks, endpoints };
}

/** What goes into the stack's secrets: the embedded servers' own credentials, or those of the settings. */
function credentialsOf(
  { marketplace, zendesk, claude }: Pick<EmbeddedServices, 'marketplace' | 'zendesk' | 'claude'>,
  given: GivenCredentials,
): GivenSecret[] {
  const token = { token: marketplace?.token ?? given.ATOM_SAAS_API_TOKEN ?? '' };
  const account = {
    client_id: zendesk?.clientId ?? given.ZENDESK_OAUTH_CLIENT_ID ?? '',
    client_secret: zendesk?.clientSecret ?? given.ZENDESK_OAUTH_CLIENT_SECRET ?? '',
    email: given.ZENDESK_EMAIL ?? '',
    api_token: given.ZENDESK_API_TOKEN ?? '',
  };
  const key = { api_key: claude?.apiKey ?? given.ANTHROPIC_API_KEY ?? '' };
  return [
    { output: 'TokenSecretArn', value: token, always: marketplace !== undefined },
    { output: 'ZendeskSecretArn', value: account },
    { output: 'AnthropicSecretArn', value: key },
  ];
}

function createRuntime(
  source: DeploymentSource,
  services: EmbeddedServices,
  {
    logs,
    onLine,
    endpoints,
  }: {
    readonly logs: FunctionLogs;
    readonly onLine: (line: string) => void;
    /** Known only when the runtime is there: one of them leads to it. */
    readonly endpoints: () => Session['endpoints'];
  },
): LambdaRuntime {
  return createLambdaRuntime({
    functions: readFunctions(source),
    environment: (definition) => functionEnvironment(definition, endpoints(), accessTo(services)),
    onOutput: ({ title }, text) => logs.write(title, text),
    onFailure: ({ title }, { errorType, errorMessage }) => {
      onLine(`${title}: ${errorType}: ${errorMessage.split('\n')[0]}`);
    },
    sendToQueue: services.sqs.send,
  });
}

/** Opens the runtime and the scheduler to the SDK of the functions. */
async function startEndpoints(
  { accessKey, dynamodb, sqs, secrets }: EmbeddedServices,
  runtime: LambdaRuntime,
  scheduler: Scheduler,
  closers: Closers,
): Promise<Session['endpoints']> {
  const lambda = await startLambdaEndpoint(runtime, accessKey);
  closers.add(() => lambda.close());
  const isTarget = (arn: string) => runtime.resolve(arn) !== undefined;
  const schedules = await startSchedulerEndpoint({ scheduler, isTarget, accessKey });
  closers.add(() => schedules.close());
  return {
    dynamodb: dynamodb.url,
    sqs: sqs.url,
    secretsmanager: secrets.url,
    lambda: lambda.url,
    scheduler: schedules.url,
  };
}

function createTasks(
  source: DeploymentSource,
  output: {
    readonly logs: FunctionLogs;
    readonly onLine: (line: string) => void;
    readonly volumesDir: string;
  },
  environmentOf: (environment: Readonly<Record<string, string>>) => Record<string, string>,
): ContainerTask[] {
  return readTasks(source).flatMap((definition) =>
    Array.from({ length: definition.count }, (_, index) =>
      createContainerTask({
        definition,
        environment: () => environmentOf(definition.environment),
        volumesDir: join(output.volumesDir, `${definition.name}-${index + 1}`),
        onOutput: (text) => output.logs.write(definition.name, text),
        onTrouble: (message) => output.onLine(`${definition.name} ${message}.`),
      }),
    ),
  );
}

function accessTo({ accessKey }: EmbeddedServices): AwsAccess {
  return { ...accessKey, region: PLACE.region };
}
