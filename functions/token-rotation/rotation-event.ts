import * as z from 'zod';
import { RotationRefusedError } from './errors.ts';

/** The four steps, in their order. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

const rotationEvent = z.object({
  Step: z.enum(ROTATION_STEPS),
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().min(32).max(64),
});

/** One step for one version of the secret. */
export type RotationRequest = { readonly step: RotationStep; readonly versionId: string };

/**
 * Reads what Secrets Manager sends. Its `RotationToken`, which would prove who sends it across accounts, is not kept.
 *
 * @throws RotationRefusedError when it is something else, or is about another secret than ours
 */
export function readRotationEvent(event: unknown, secretId: string): RotationRequest {
  const parsed = rotationEvent.safeParse(event);
  if (!parsed.success) {
    const keys = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'event'))];
    throw new RotationRefusedError(
      `This is no rotation event: ${keys.join(', ')}. Start a rotation with: aws secretsmanager rotate-secret --secret-id <TokenSecretArn>`,
    );
  }
  const { Step, SecretId, ClientRequestToken } = parsed.data;
  if (SecretId !== secretId) throw new RotationRefusedError('This function rotates another secret.');
  return { step: Step, versionId: ClientRequestToken };
}
