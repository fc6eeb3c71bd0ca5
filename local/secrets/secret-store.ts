import { describeSecret, getSecretValue, listVersions } from './secret-answers.ts';
import { type Input, type Operation, parseInput } from './secret-requests.ts';
import type { SecretRotation } from './secret-rotation.ts';
import {
  CURRENT,
  holderOf,
  putVersion,
  type Secret,
  SecretsManagerError,
  type SecretValue,
  secretArn,
  updateStage,
} from './secret-versions.ts';

/** What a store is made from. */
export type SecretStoreOptions = {
  /** The secrets by name; changed in place. */
  readonly secrets: Record<string, Secret>;
  readonly region: string;
  readonly accountId: string;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly rotation: SecretRotation;
};

/** The secrets, and what each call of the service does with them. */
export class SecretStore {
  readonly #options: SecretStoreOptions;
  readonly #operations: { readonly [O in Operation]: (input: Input<O>) => unknown } = {
    CreateSecret: (input) => this.#create(input),
    GetSecretValue: (input) => getSecretValue(this.#find(input.SecretId), input),
    PutSecretValue: (input) => this.#putValue(input),
    DescribeSecret: (input) => describeSecret(this.#find(input.SecretId)),
    ListSecretVersionIds: (input) =>
      listVersions(this.#find(input.SecretId), input.IncludeDeprecated ?? false),
    UpdateSecretVersionStage: (input) => this.#moveStage(input),
    RotateSecret: (input) => this.#rotate(input),
  };

  constructor(options: SecretStoreOptions) {
    this.#options = options;
  }

  /**
   * Carries out one call.
   *
   * @returns the answer's body
   * @throws SecretsManagerError
   */
  run<O extends Operation>(operation: O, input: unknown): unknown {
    return this.#operations[operation](parseInput(operation, input));
  }

  /** The secret of this name, made without a version where there is none. */
  declare(name: string): Secret {
    const { secrets, region, accountId, now } = this.#options;
    secrets[name] ??= {
      name,
      arn: secretArn(name, region, accountId),
      createdAt: now(),
      changedAt: now(),
      versions: {},
    };
    return secrets[name];
  }

  /** Makes a value the current one of a secret, which is made where there is none. */
  setCurrent(name: string, secretString: string): void {
    const secret = this.declare(name);
    const current = secret.versions[holderOf(secret, CURRENT) ?? ''];
    if (current?.secretString === secretString) return;
    putVersion(secret, { secretString }, { now: this.#options.now() });
  }

  /** @param id name or ARN, the six characters at its end or not */
  #find(id: string): Secret {
    const secret = Object.values(this.#options.secrets).find(
      ({ name, arn }) => id === name || id === arn || (id.startsWith('arn:') && arn.slice(0, -7) === id),
    );
    if (secret === undefined) {
      throw new SecretsManagerError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return secret;
  }

  #create(input: Input<'CreateSecret'>): unknown {
    const existing = this.#options.secrets[input.Name];
    if (existing !== undefined && existing.versions[input.ClientRequestToken ?? ''] === undefined) {
      throw new SecretsManagerError(
        'ResourceExistsException',
        `The operation failed because the secret ${input.Name} already exists.`,
      );
    }
    const secret = this.declare(input.Name);
    secret.description = input.Description;
    if (input.SecretString === undefined && input.SecretBinary === undefined) return idOf(secret);
    const options = { token: input.ClientRequestToken, now: this.#options.now() };
    const { versionId } = putVersion(secret, secretValueOf(input), options);
    return { ...idOf(secret), VersionId: versionId };
  }

  #putValue(input: Input<'PutSecretValue'>): unknown {
    const secret = this.#find(input.SecretId);
    const { versionId, stages } = putVersion(secret, secretValueOf(input), {
      token: input.ClientRequestToken,
      stages: input.VersionStages,
      now: this.#options.now(),
    });
    return { ...idOf(secret), VersionId: versionId, VersionStages: stages };
  }

  #moveStage(input: Input<'UpdateSecretVersionStage'>): unknown {
    const secret = this.#find(input.SecretId);
    const change = { removeFrom: input.RemoveFromVersionId, moveTo: input.MoveToVersionId };
    updateStage(secret, input.VersionStage, change);
    return idOf(secret);
  }

  #rotate(input: Input<'RotateSecret'>): unknown {
    const secret = this.#find(input.SecretId);
    const versionId = this.#options.rotation.rotate(secret, {
      token: input.ClientRequestToken,
      lambdaArn: input.RotationLambdaARN,
      rules: input.RotationRules,
      immediately: input.RotateImmediately ?? true,
    });
    return { ...idOf(secret), VersionId: versionId };
  }
}

function idOf({ arn, name }: Secret) {
  return { ARN: arn, Name: name };
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
