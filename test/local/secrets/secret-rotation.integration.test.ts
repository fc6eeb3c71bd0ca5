import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RotationEvent, RotationOutcome } from '#local/secrets/secret-rotation.ts';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:rotation';
const VERSION = 'c'.repeat(32);

/** A secret whose rotation is carried out by the test's own function. */
async function start(
  invoke: (step: RotationEvent) => Promise<string | undefined>,
  path = join(temporaryDirectory(), 'secrets.json'),
) {
  const server = await startSecretsManager({
    path,
    region: 'us-east-1',
    accountId: '000000000000',
    now: () => new Date(),
  });
  onTestFinished(() => server.close(0));
  server.seed('token', 'old');
  server.setRotation('token', { lambdaArn: LAMBDA, rules: { AutomaticallyAfterDays: 90 } });
  let told: (outcome: RotationOutcome) => void = () => undefined;
  const ended = () =>
    new Promise<RotationOutcome>((resolve) => {
      told = resolve;
    });
  const steps: RotationEvent[] = [];
  server.rotateWith({
    invoke: async (lambdaArn, step) => {
      expect(lambdaArn).toBe(LAMBDA);
      steps.push(step);
      return invoke(step);
    },
    onEnd: (outcome) => told(outcome),
  });
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const SecretId = 'token';
  return {
    server,
    client,
    path,
    steps,
    ended,
    rotate: (more: Partial<RotateSecretCommandInput> = {}) =>
      client.send(new RotateSecretCommand({ SecretId, ClientRequestToken: VERSION, ...more })),
    describe: () => client.send(new DescribeSecretCommand({ SecretId })),
    value: async (VersionStage = 'AWSCURRENT') =>
      (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString,
  };
}

describe('RotateSecret', () => {
  it('answers at once, and runs the four steps in order on an empty pending version', async () => {
    // Prepare
    let atFirst: unknown;
    const started = await start(async ({ Step, ClientRequestToken }) => {
      if (Step === 'createSecret') {
        atFirst = [(await started.describe()).VersionIdsToStages?.[VERSION], await pending()];
        await started.client.send(
          new PutSecretValueCommand({
            SecretId: 'token',
            ClientRequestToken,
            SecretString: 'new',
            VersionStages: ['AWSPENDING'],
          }),
        );
      }
      if (Step === 'finishSecret') await moveCurrent();
      return undefined;
    });
    const pending = () => started.value('AWSPENDING').catch((error: Error) => error.name);
    const moveCurrent = async () => {
      const { VersionIdsToStages = {} } = await started.describe();
      const [from] = Object.entries(VersionIdsToStages).find(([, on]) => on.includes('AWSCURRENT'))!;
      const move = { MoveToVersionId: VERSION, RemoveFromVersionId: from };
      await started.client.send(
        new UpdateSecretVersionStageCommand({ SecretId: 'token', VersionStage: 'AWSCURRENT', ...move }),
      );
    };

    // Act
    const ended = started.ended();
    const answer = await started.rotate();
    expect(await ended).toEqual({ secret: 'token' });

    // Assess
    expect(answer).toMatchObject({ Name: 'token', VersionId: VERSION });
    expect(atFirst).toEqual([['AWSPENDING'], 'ResourceNotFoundException']);
    expect(started.steps).toEqual(
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((Step) => ({
        Step,
        SecretId: answer.ARN,
        ClientRequestToken: VERSION,
      })),
    );
    expect([await started.value(), await started.value('AWSPREVIOUS')]).toEqual(['new', 'old']);
    expect(await started.describe()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: LAMBDA,
      RotationRules: { AutomaticallyAfterDays: 90 },
      LastRotatedDate: expect.any(Date),
    });
  });

  it('stops at the step that failed, refuses another rotation, and tries the first one again', async () => {
    // Prepare
    let reason: string | undefined = 'no';
    const {
      steps,
      ended,
      rotate,
      describe: look,
    } = await start(async ({ Step }) => (Step === 'setSecret' ? reason : undefined));
    const failed = ended();
    await rotate();
    expect(await failed).toEqual({ secret: 'token', failure: { step: 'setSecret', reason: 'no' } });
    expect((await look()).LastRotatedDate).toBeUndefined();

    // Act
    reason = undefined;
    const second = ended();
    const other = rotate({ ClientRequestToken: 'd'.repeat(32) });

    // Assess
    await expect(other).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect(await second).toEqual({ secret: 'token' });
    expect(new Set(steps.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set([VERSION]));
    expect(steps.map(({ Step }) => Step).slice(2)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
  });

  it('tries the function on a copy when it is only set up, and takes the copy away', async () => {
    const started = await start(async () => {
      copies.push(await started.value('AWSPENDING'));
      return 'no';
    });
    const copies: unknown[] = [];
    const ended = started.ended();
    await started.rotate({ RotateImmediately: false });
    expect(await ended).toEqual({ secret: 'token', failure: { step: 'testSecret', reason: 'no' } });
    expect(copies).toEqual(['old']);
    expect(started.steps).toHaveLength(1);
    expect(Object.values((await started.describe()).VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
  });

  it('refuses a secret for which nothing is set up, and sets it up when it is told how', async () => {
    const { server, rotate, ended, describe: look } = await start(async () => undefined);
    server.setRotation('token', undefined);
    expect((await look()).RotationEnabled).toBeUndefined();
    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });

    const done = ended();
    await rotate({ RotationLambdaARN: LAMBDA });
    await done;
    expect((await look()).RotationEnabled).toBe(true);
  });

  it('goes on with a rotation that an earlier process left', async () => {
    const first = await start(async () => 'killed');
    const failed = first.ended();
    await first.rotate();
    await failed;
    await first.server.close(0);

    const second = await start(async () => undefined, first.path);
    const done = second.ended();
    await expect(second.rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect(await done).toEqual({ secret: 'token' });
  });
});
