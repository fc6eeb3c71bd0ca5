import { createHash, randomUUID } from 'node:crypto';

/** One version of a secret's value, with the staging labels that point at it. */
export type SecretVersion = {
  readonly createdAt: number;
  stages: string[];
  readonly secretString?: string;
  /** Base64. */
  readonly secretBinary?: string;
};

/** A secret as it is stored; times are epoch seconds, as the service reports them. */
export type Secret = {
  readonly name: string;
  readonly arn: string;
  description?: string;
  readonly createdAt: number;
  changedAt: number;
  readonly versions: Record<string, SecretVersion>;
  /** Absent until a rotation is set up. */
  rotation?: Rotation;
  /** When a rotation ended well last. */
  rotatedAt?: number;
};

/** How a secret is rotated. */
export type Rotation = { readonly lambdaArn: string; readonly rules?: Record<string, unknown> };

/** The value of a version: text or bytes. */
export type SecretValue = Pick<SecretVersion, 'secretString' | 'secretBinary'>;

/** An error in the wire form of the service: `code` is the exception's name. */
export class SecretsManagerError extends Error {
  override readonly name = 'SecretsManagerError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The staging label of the version that is in use. */
export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
/** The staging label of the version that a rotation prepares. */
export const PENDING = 'AWSPENDING';
/** Versions without a label are the past; the service keeps about a hundred, a laptop needs fewer. */
const UNLABELLED_KEPT = 20;

/** The ARN of a secret: the six characters at its end are derived from the name, so that restarts agree on it. */
export function secretArn(name: string, region: string, accountId: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
}

/**
 * Adds a version, or finds that the same request added it before.
 *
 * @param token the version's id; a retry with the same token and value changes nothing.
 * @returns the id and the labels of the version.
 * @throws SecretsManagerError `ResourceExistsException` when the token was used for another value.
 */
export function putVersion(
  secret: Secret,
  value: SecretValue,
  options: { token?: string; stages?: string[]; now: number },
): { versionId: string; stages: string[] } {
  const versionId = options.token ?? randomUUID();
  const known = secret.versions[versionId];
  if (known !== undefined && !isEmpty(known)) {
    if (known.secretString !== value.secretString || known.secretBinary !== value.secretBinary) {
      throw new SecretsManagerError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    return { versionId, stages: known.stages };
  }
  const first = Object.keys(secret.versions).length === 0;
  const stages = new Set(options.stages ?? [CURRENT]);
  if (first) stages.add(CURRENT);
  secret.versions[versionId] = { ...value, createdAt: options.now, stages: known?.stages ?? [] };
  for (const stage of stages) moveStage(secret, stage, versionId);
  secret.changedAt = options.now;
  forgetOldVersions(secret);
  return { versionId, stages: secret.versions[versionId].stages };
}

/** Begins a rotation: a version with AWSPENDING that has no value, or that of another one, yet. */
export function addPending(secret: Secret, versionId: string, now: number, value: SecretValue = {}): void {
  secret.versions[versionId] = { ...value, createdAt: now, stages: [] };
  moveStage(secret, PENDING, versionId);
}

function isEmpty({ secretString, secretBinary }: SecretVersion): boolean {
  return secretString === undefined && secretBinary === undefined;
}

/** The version that a caller asks for by id, by label, by both, or (neither) the current one. */
export function findVersion(
  secret: Secret,
  wanted: { versionId?: string; stage?: string },
): { versionId: string; version: SecretVersion } {
  if (wanted.versionId !== undefined) {
    const version = secret.versions[wanted.versionId];
    if (version === undefined || isEmpty(version)) throw valueNotFound(`VersionId: ${wanted.versionId}`);
    if (wanted.stage !== undefined && !version.stages.includes(wanted.stage)) {
      throw new SecretsManagerError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    return { versionId: wanted.versionId, version };
  }
  const stage = wanted.stage ?? CURRENT;
  const found = Object.entries(secret.versions).find(([, version]) => version.stages.includes(stage));
  if (found === undefined || isEmpty(found[1])) throw valueNotFound(`staging label: ${stage}`);
  return { versionId: found[0], version: found[1] };
}

/**
 * Moves, attaches or removes a label as UpdateSecretVersionStage does.
 *
 * @throws SecretsManagerError `InvalidParameterException` when the label is elsewhere than the caller believes, or
 *   AWSCURRENT would be left without a version.
 */
export function updateStage(
  secret: Secret,
  stage: string,
  change: { removeFrom?: string; moveTo?: string },
): void {
  for (const id of [change.removeFrom, change.moveTo]) {
    if (id !== undefined && secret.versions[id] === undefined) throw valueNotFound(`VersionId: ${id}`);
  }
  const holder = holderOf(secret, stage);
  if (holder !== undefined && holder !== change.removeFrom && holder !== change.moveTo) {
    throw invalid(
      `The parameter RemoveFromVersionId must be ${holder}, the version that staging label ${stage} is attached to.`,
    );
  }
  if (change.moveTo !== undefined) {
    moveStage(secret, stage, change.moveTo);
    return;
  }
  if (stage === CURRENT) {
    throw invalid(`You can only move staging label ${CURRENT} to a different version. It can't be removed.`);
  }
  detach(secret, stage);
}

function moveStage(secret: Secret, stage: string, versionId: string): void {
  const holder = holderOf(secret, stage);
  if (holder === versionId) return;
  detach(secret, stage);
  secret.versions[versionId]?.stages.push(stage);
  if (stage === CURRENT && holder !== undefined) moveStage(secret, PREVIOUS, holder);
}

function detach(secret: Secret, stage: string): void {
  for (const version of Object.values(secret.versions)) {
    version.stages = version.stages.filter((label) => label !== stage);
  }
}

/** The id of the version that bears a label. */
export function holderOf(secret: Secret, stage: string): string | undefined {
  return Object.entries(secret.versions).find(([, version]) => version.stages.includes(stage))?.[0];
}

function forgetOldVersions(secret: Secret): void {
  const unlabelled = Object.entries(secret.versions)
    .filter(([, version]) => version.stages.length === 0)
    .sort(([, a], [, b]) => b.createdAt - a.createdAt);
  for (const [id] of unlabelled.slice(UNLABELLED_KEPT)) delete secret.versions[id];
}

function valueNotFound(what: string): SecretsManagerError {
  return new SecretsManagerError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}

function invalid(message: string): SecretsManagerError {
  return new SecretsManagerError('InvalidParameterException', message);
}
