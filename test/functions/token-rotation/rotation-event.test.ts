import { describe, expect, it } from 'vitest';
import { RotationRefusedError } from '#functions/token-rotation/errors.ts';
import { readRotationEvent } from '#functions/token-rotation/rotation-event.ts';
import { versionId } from './rotation-harness.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf';
const event = { Step: 'createSecret', SecretId: SECRET, ClientRequestToken: versionId(1) };

describe('readRotationEvent', () => {
  it('reads step and version, and takes the proof of a cross-account call for granted', () => {
    expect(readRotationEvent({ ...event, RotationToken: 'proof' }, SECRET)).toEqual({
      step: 'createSecret',
      versionId: versionId(1),
    });
  });

  it.each([
    ['no event', undefined, 'event'],
    ['another step', { ...event, Step: 'deleteSecret' }, 'Step'],
    ['no version', { ...event, ClientRequestToken: undefined }, 'ClientRequestToken'],
    ['a short version', { ...event, ClientRequestToken: 'x' }, 'ClientRequestToken'],
  ])('refuses %s by the name of what is wrong', (_, input, name) => {
    expect(() => readRotationEvent(input, SECRET)).toThrow(new RegExp(`no rotation event: ${name}\\.`));
  });

  it('refuses another secret than its own', () => {
    expect(() => readRotationEvent({ ...event, SecretId: `${SECRET}x` }, SECRET)).toThrow(
      RotationRefusedError,
    );
  });
});
