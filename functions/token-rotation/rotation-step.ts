import { describeFailure } from '#core/errors.ts';
import { type RotateTokenDeps, rotateToken } from './rotate-token.ts';
import { readRotationEvent } from './rotation-event.ts';

export type RotationStepDeps = RotateTokenDeps & {
  /** The secret that this function rotates, and no other. */
  readonly secretId: string;
  /** Called when a step has failed. */
  readonly reportFailure: () => void;
};

/**
 * Carries out the step that an event of Secrets Manager names, and reports one that fails.
 *
 * @throws what `readRotationEvent` and `rotateToken` throw: it fails the step
 */
export async function carryOutStep(deps: RotationStepDeps, event: unknown): Promise<void> {
  try {
    await rotateToken(deps, readRotationEvent(event, deps.secretId));
  } catch (error) {
    const { code, message } = describeFailure(error);
    deps.log.error('a step of the token rotation failed', { code, reason: message });
    deps.reportFailure();
    throw error;
  }
}
