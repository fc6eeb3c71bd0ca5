import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import {
  type LoopbackServer,
  readBody,
  sendJson,
  startLoopbackServer,
} from '#local/guard/loopback-server.ts';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';
import { describeSecret, getSecretValue, listVersions } from './secret-answers.ts';
import { createSecretRotation, type RotationRunner, type SecretRotation } from './secret-rotation.ts';
import {
  putVersion,
  type Rotation,
  type Secret,
  SecretsManagerError,
  type SecretValue,
  secretArn,
  updateStage,
} from './secret-versions.ts';

const token = z.string().min(32).max(64);
const value = { SecretString: z.string().optional(), SecretBinary: z.string().optional() };
const secretId = { SecretId: z.string().min(1) };

const requests = {
  CreateSecret: z.object({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    Description: z.string().optional(),
    ClientRequestToken: token.optional(),
    ...value,
  }),
  GetSecretValue: z.object({
    ...secretId,
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  PutSecretValue: z.object({
    ...secretId,
    ...value,
    ClientRequestToken: token.optional(),
    VersionStages: z.array(z.string()).min(1).optional(),
  }),
  DescribeSecret: z.object(secretId),
  ListSecretVersionIds: z.object({ ...secretId, IncludeDeprecated: z.boolean().optional() }),
  UpdateSecretVersionStage: z.object({
    ...secretId,
    VersionStage: z.string(),
    RemoveFromVersionId: z.string().optional(),
    MoveToVersionId: z.string().optional(),
  }),
  RotateSecret: z.object({
    ...secretId,
    ClientRequestToken: token.optional(),
    RotationLambdaARN: z.string().optional(),
    RotationRules: z.record(z.string(), z.unknown()).optional(),
    RotateImmediately: z.boolean().optional(),
  }),
};

type Operation = keyof typeof requests;
type Input<O extends Operation> = z.output<(typeof requests)[O]>;

/** The running stand-in. */
export type SecretsManager = LoopbackServer & {
  /**
   * Gives a secret of the template its first value. As CloudFormation does, it is written again only when the
   * value given here changed, so that a token which was rotated since survives a restart; `always` overrides that.
   */
  seed(name: string, secretString: string, options?: { readonly always?: boolean }): void;
  /** Sets up the rotation of a secret of the template; undefined: it has none (any more). */
  setRotation(name: string, rotation: Rotation | undefined): void;
  /** What runs the steps of rotations; without it each first step fails. */
  rotateWith(runner: RotationRunner): void;
};

type State = { readonly secrets: Record<string, Secret>; readonly seeds: Record<string, string> };

export type SecretsManagerOptions = {
  /** File that holds the secrets, mode 0600. */
  readonly path: string;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => Date;
  /** Who may call; everybody where it is absent. */
  readonly accessKey?: AccessKey;
};

const MAX_BODY_BYTES = 1024 * 1024;

/** Starts a stand-in for AWS Secrets Manager (JSON 1.1 over HTTP) with the calls that a rotating token needs. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<SecretsManager> {
  const stored = readPrivateJson(options.path) as State | undefined;
  const state: State = stored ?? { secrets: {}, seeds: {} };
  const save = () => writePrivateJson(options.path, state);
  const now = () => options.now().getTime() / 1000;
  const rotation = createSecretRotation({ now, save });
  const store = createSecretStore(state, options, rotation);
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    answer(request, response, (operation, input) => {
      const result = store.run(operation, input);
      if (isWrite(operation)) save();
      return result;
    });
  const server = await startLoopbackServer(handle, { guard: { aws: { key: options.accessKey } } });
  return {
    ...server,
    seed: (name, secretString, { always = false } = {}) => {
      const digest = createHash('sha256').update(secretString).digest('hex');
      if (state.seeds[name] === digest && !always) return;
      const secret = store.declare(name);
      state.seeds[name] = digest;
      const values = Object.values(secret.versions);
      const current = values.find(({ stages }) => stages.includes('AWSCURRENT'))?.secretString;
      if (current !== secretString)
        putVersion(secret, { secretString }, { now: options.now().getTime() / 1000 });
      save();
    },
    setRotation: (name, wanted) => {
      store.declare(name).rotation = wanted;
      save();
    },
    rotateWith: rotation.rotateWith,
  };
}

function isWrite(operation: Operation): boolean {
  return !['GetSecretValue', 'DescribeSecret', 'ListSecretVersionIds'].includes(operation);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  run: (operation: Operation, input: unknown) => unknown,
): Promise<void> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  try {
    const body = await readBody(request, MAX_BODY_BYTES);
    const target = String(request.headers['x-amz-target'] ?? '').split('.');
    const operation = target[1] ?? '';
    if (target[0] !== 'secretsmanager' || !(operation in requests)) {
      throw new SecretsManagerError('UnknownOperationException', `Unknown operation ${target.join('.')}`);
    }
    sendJson(response, 200, run(operation as Operation, parseJson(body)), headers);
  } catch (error) {
    const known = error instanceof SecretsManagerError;
    const code = known ? error.code : 'InternalServiceError';
    const message = error instanceof Error ? error.message : String(error);
    const status = known ? 400 : 500;
    sendJson(response, status, { __type: code, Message: message }, { ...headers, 'x-amzn-errortype': code });
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new SecretsManagerError('SerializationException', 'The body is not JSON.');
  }
}

type SecretStore = {
  run(operation: Operation, input: unknown): unknown;
  declare(name: string): Secret;
};

function createSecretStore(
  state: State,
  options: SecretsManagerOptions,
  rotation: SecretRotation,
): SecretStore {
  const now = () => options.now().getTime() / 1000;
  const find = (id: string): Secret => {
    const secret = Object.values(state.secrets).find(
      ({ name, arn }) => id === name || id === arn || (id.startsWith('arn:') && arn.slice(0, -7) === id),
    );
    if (secret === undefined) {
      throw new SecretsManagerError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return secret;
  };
  const declare = (name: string): Secret => {
    state.secrets[name] ??= {
      name,
      arn: secretArn(name, options.region, options.accountId),
      createdAt: now(),
      changedAt: now(),
      versions: {},
    };
    return state.secrets[name];
  };
  const operations: { [O in Operation]: (input: Input<O>) => unknown } = {
    CreateSecret: (input) => createSecret(state, input, declare, now()),
    GetSecretValue: (input) => getSecretValue(find(input.SecretId), input),
    PutSecretValue: (input) => {
      const secret = find(input.SecretId);
      const { versionId, stages } = putVersion(secret, secretValueOf(input), {
        token: input.ClientRequestToken,
        stages: input.VersionStages,
        now: now(),
      });
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
    },
    DescribeSecret: (input) => describeSecret(find(input.SecretId)),
    ListSecretVersionIds: (input) => listVersions(find(input.SecretId), input.IncludeDeprecated ?? false),
    UpdateSecretVersionStage: (input) => {
      const secret = find(input.SecretId);
      const change = { removeFrom: input.RemoveFromVersionId, moveTo: input.MoveToVersionId };
      updateStage(secret, input.VersionStage, change);
      return { ARN: secret.arn, Name: secret.name };
    },
    RotateSecret: (input) => {
      const secret = find(input.SecretId);
      const versionId = rotation.rotate(secret, {
        token: input.ClientRequestToken,
        lambdaArn: input.RotationLambdaARN,
        rules: input.RotationRules,
        immediately: input.RotateImmediately ?? true,
      });
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
    },
  };
  return {
    declare,
    run: (operation, input) => {
      const parsed = requests[operation].safeParse(input);
      if (!parsed.success) {
        throw new SecretsManagerError('InvalidParameterException', z.prettifyError(parsed.error));
      }
      // The schema and the operation were looked up by the same key; the compiler can't see that they belong together.
      return (operations[operation] as (parsed: unknown) => unknown)(parsed.data);
    },
  };
}

function createSecret(
  state: State,
  input: Input<'CreateSecret'>,
  declare: (name: string) => Secret,
  now: number,
): unknown {
  const existing = state.secrets[input.Name];
  if (existing !== undefined && existing.versions[input.ClientRequestToken ?? ''] === undefined) {
    throw new SecretsManagerError(
      'ResourceExistsException',
      `The operation failed because the secret ${input.Name} already exists.`,
    );
  }
  const secret = declare(input.Name);
  secret.description = input.Description;
  const base = { ARN: secret.arn, Name: secret.name };
  if (input.SecretString === undefined && input.SecretBinary === undefined) return base;
  const { versionId } = putVersion(secret, secretValueOf(input), { token: input.ClientRequestToken, now });
  return { ...base, VersionId: versionId };
}

function secretValueOf(input: { SecretString?: string; SecretBinary?: string }): SecretValue {
  if (input.SecretString === undefined && input.SecretBinary === undefined) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      'You must provide either SecretString or SecretBinary.',
    );
  }
  return { secretString: input.SecretString, secretBinary: input.SecretBinary };
}
