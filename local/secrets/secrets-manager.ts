import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '#local/errors.ts';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import {
  type LoopbackServer,
  readBody,
  sendJson,
  startLoopbackServer,
} from '#local/guard/loopback-server.ts';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';
import { isOperation, type Operation } from './secret-requests.ts';
import { createSecretRotation, type RotationRunner } from './secret-rotation.ts';
import { SecretStore } from './secret-store.ts';
import { type Rotation, type Secret, SecretsManagerError } from './secret-versions.ts';

/** The running stand-in. */
export type SecretsManager = LoopbackServer & {
  /**
   * Gives a secret of the template its first value. As CloudFormation does, it is written again only when the
   * value given here changed, so that a token which was rotated since survives a restart; `always` overrides that.
   */
  seed(name: string, secretString: string, options?: { readonly always?: boolean }): void;
  /** Gives a secret of the template a value that is made once, as `GenerateSecretString` does; later calls do nothing. */
  generate(name: string, make: () => string): void;
  /** Sets up the rotation of a secret of the template; undefined: it has none (any more). */
  setRotation(name: string, rotation: Rotation | undefined): void;
  /** What runs the steps of rotations; without it each first step fails. */
  rotateWith(runner: RotationRunner): void;
};

/** What the file holds: the secrets, and digests of the values that the template gave them. */
type State = { readonly secrets: Record<string, Secret>; readonly seeds: Record<string, string> };

/** Where the stand-in keeps its secrets, and who may call it. */
export type SecretsManagerOptions = {
  /** File that holds the secrets, mode 0600. */
  readonly path: string;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => Date;
  /** Who may call; everybody where it is absent. */
  readonly accessKey?: AccessKey;
};

/** In the place of a digest, where the value was made by chance: no digest is like it. */
const GENERATED = 'generated';
const MAX_BODY_BYTES = 1024 * 1024;

/** Starts a stand-in for AWS Secrets Manager (JSON 1.1 over HTTP) with the calls that a rotating token needs. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<SecretsManager> {
  const stored = readPrivateJson(options.path) as State | undefined;
  const state: State = stored ?? { secrets: {}, seeds: {} };
  const save = () => writePrivateJson(options.path, state);
  const now = () => options.now().getTime() / 1000;
  const rotation = createSecretRotation({ now, save });
  const { region, accountId } = options;
  const store = new SecretStore({ secrets: state.secrets, region, accountId, now, rotation });
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
      state.seeds[name] = digest;
      store.setCurrent(name, secretString);
      save();
    },
    generate: (name, make) => {
      if (state.seeds[name] === GENERATED) return;
      state.seeds[name] = GENERATED;
      store.setCurrent(name, make());
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
    if (target[0] !== 'secretsmanager' || !isOperation(operation)) {
      throw new SecretsManagerError('UnknownOperationException', `Unknown operation ${target.join('.')}`);
    }
    sendJson(response, 200, run(operation, inputOf(body)), headers);
  } catch (error) {
    const known = error instanceof SecretsManagerError;
    const code = known ? error.code : 'InternalServiceError';
    const message = messageOf(error);
    const status = known ? 400 : 500;
    sendJson(response, status, { __type: code, Message: message }, { ...headers, 'x-amzn-errortype': code });
  }
}

function inputOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new SecretsManagerError('SerializationException', 'The body is not JSON.');
  }
}
