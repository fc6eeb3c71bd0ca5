import { randomUUID } from 'node:crypto';
import { messageOf } from '#local/errors.ts';
import {
  addPending,
  CURRENT,
  holderOf,
  PENDING,
  type Secret,
  SecretsManagerError,
} from './secret-versions.ts';

/** What the service sends to a rotation function. */
export type RotationEvent = {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  readonly ClientRequestToken: string;
};

/** How a rotation ended: undefined `failure` is well. */
export type RotationOutcome = {
  readonly secret: string;
  readonly failure?: { readonly step: RotationEvent['Step']; readonly reason: string };
};

/** Runs the steps of rotations. */
export type RotationRunner = {
  /** Carries out one step; resolves with what went wrong. */
  readonly invoke: (lambdaArn: string, step: RotationEvent) => Promise<string | undefined>;
  /** Told how each rotation ended, and of a trial that failed. */
  readonly onEnd: (outcome: RotationOutcome) => void;
};

/** Clock and storage of rotations. */
export type SecretRotationDeps = {
  /** Epoch seconds. */
  readonly now: () => number;
  /** Called after each change of a secret that comes later than the answer. */
  readonly save: () => void;
};

type RotateRequest = {
  readonly token?: string;
  readonly lambdaArn?: string;
  readonly rules?: Record<string, unknown>;
  /** False: the rotation is only set up, and its function tried on a copy of the current version. */
  readonly immediately: boolean;
};

/** Starts rotations; each goes on after its answer. */
export type SecretRotation = {
  /**
   * What `RotateSecret` does: the answer (the version's id) comes before the steps.
   *
   * @throws SecretsManagerError `InvalidRequestException` when nothing is set up, or an earlier rotation has not come to
   *   its end; that one is tried again, from its first step.
   */
  rotate(secret: Secret, request: RotateRequest): string;
  rotateWith(runner: RotationRunner): void;
};

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Rotates the stand-in's secrets as the service does. Nothing is rotated by the calendar: no laptop waits for that. */
export function createSecretRotation(deps: SecretRotationDeps): SecretRotation {
  const underWay = new Set<string>();
  let runner: RotationRunner = {
    invoke: async () => 'nothing here runs the function',
    onEnd: () => undefined,
  };

  const run = (secret: Secret, versionId: string, steps: readonly RotationEvent['Step'][]): void => {
    if (underWay.has(secret.arn)) return;
    underWay.add(secret.arn);
    const ends = runSteps({ ...deps, ...runner }, secret, versionId, steps);
    void ends
      .catch((error: unknown) => failToSave(runner, secret, error))
      .finally(() => underWay.delete(secret.arn));
  };

  return {
    rotate: (secret, request) => {
      setUp(secret, request);
      refuseWhileIncomplete(secret, (versionId) => run(secret, versionId, STEPS));
      const versionId = request.token ?? randomUUID();
      if (secret.versions[versionId] !== undefined) return versionId;
      const current = secret.versions[holderOf(secret, CURRENT) ?? ''];
      const { secretString, secretBinary } = current ?? {};
      addPending(secret, versionId, deps.now(), request.immediately ? {} : { secretString, secretBinary });
      run(secret, versionId, request.immediately ? STEPS : ['testSecret']);
      return versionId;
    },
    rotateWith: (given) => {
      runner = given;
    },
  };
}

function setUp(secret: Secret, { lambdaArn, rules }: RotateRequest): void {
  const arn = lambdaArn ?? secret.rotation?.lambdaArn;
  if (arn === undefined) {
    throw invalid("You can't enable rotation on a secret that has no Lambda function ARN configured.");
  }
  secret.rotation = { lambdaArn: arn, rules: rules ?? secret.rotation?.rules };
}

function refuseWhileIncomplete(secret: Secret, reattempt: (versionId: string) => void): void {
  const pendingId = holderOf(secret, PENDING);
  if (pendingId === undefined || pendingId === holderOf(secret, CURRENT)) return;
  reattempt(pendingId);
  throw invalid("A previous rotation isn't complete. That rotation will be reattempted.");
}

async function runSteps(
  { invoke, onEnd, save, now }: SecretRotationDeps & RotationRunner,
  secret: Secret,
  versionId: string,
  steps: readonly RotationEvent['Step'][],
): Promise<void> {
  const isTrial = steps.length === 1;
  for (const Step of steps) {
    const event = { Step, SecretId: secret.arn, ClientRequestToken: versionId };
    const reason = await invoke(secret.rotation?.lambdaArn ?? '', event).catch(messageOf);
    if (isTrial) delete secret.versions[versionId];
    if (reason === undefined) continue;
    onEnd({ secret: secret.name, failure: { step: Step, reason } });
    return save();
  }
  if (isTrial) return save();
  secret.rotatedAt = now();
  save();
  onEnd({ secret: secret.name });
}

/** The steps are done, but not written down: a restart finds the rotation incomplete, and it is tried again then. */
function failToSave({ onEnd }: RotationRunner, secret: Secret, error: unknown): void {
  onEnd({ secret: secret.name, failure: { step: 'finishSecret', reason: messageOf(error) } });
}

function invalid(message: string): SecretsManagerError {
  return new SecretsManagerError('InvalidRequestException', message);
}
