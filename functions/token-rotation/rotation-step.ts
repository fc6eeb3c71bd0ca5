import { describeFailure } from '#core/errors.ts';
import { type RotateTokenDeps, rotateToken } from './rotate-token.ts';
import { readRotationEvent } from './rotation-event.ts';

export type RotationStepDeps = RotateTokenDeps & {
  /** The secret that this function rotates, and no other. */
  readonly secretId: string;
  /** Called when a rotation has ended, well or with a step that failed. */
  readonly publish: (outcome: 'succeeded' | 'failed') => void;
};

/**
 * Carries out the step that an event of Secrets Manager names, and reports how the rotation ended.
 *
 * @throws what `readRotationEvent` and `rotateToken` throw: it fails the step
 */
export async function carryOutStep(deps: RotationStepDeps, event: unknown): Promise<void> {
  try {
    const request = readRotationEvent(event, deps.secretId);
    await rotateToken(deps, request);
    if (request.step === 'finishSecret') deps.publish('succeeded');
  } catch (error) {
    const { code, message } = describeFailure(error);
    deps.log.error('a step of the token rotation failed', { code, reason: message });
    deps.publish('failed');
    throw error;
  }
}
