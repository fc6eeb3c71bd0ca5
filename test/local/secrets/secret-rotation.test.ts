import { describe, expect, it } from 'vitest';
import { createSecretRotation, type RotationOutcome } from '#local/secrets/secret-rotation.ts';
import type { Secret } from '#local/secrets/secret-versions.ts';

describe('Function: createSecretRotation', () => {
  it('tells of a rotation that can not be written down, as one that failed', async () => {
    // Prepare
    const rotation = createSecretRotation({
      now: () => 1,
      save: () => {
        throw new Error('the disk is full');
      },
    });
    const ended = new Promise<RotationOutcome>((resolve) => {
      rotation.rotateWith({ invoke: async () => undefined, onEnd: resolve });
    });
    const versions = { one: { createdAt: 1, stages: ['AWSCURRENT'], secretString: 'x' } };
    const secret: Secret = { name: 'secret', arn: 'arn', createdAt: 1, changedAt: 1, versions };

    // Act
    rotation.rotate(secret, { lambdaArn: 'arn:fn', immediately: true });

    // Assess
    expect(await ended).toEqual({
      secret: 'secret',
      failure: { step: 'finishSecret', reason: 'the disk is full' },
    });
  });
});
