import { describe, expect, it } from 'vitest';
import { clipWithoutSecrets, isSecretName } from '#functions/admin-api/audit/mask-secrets.ts';

describe('Function: isSecretName', () => {
  it.each(['token', 'Set-Cookie', 'x-api-key', 'accessKey', 'session key', 'ENV_VARS', 'x'.repeat(1_001)])(
    'is true of %.20s',
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );

  it.each(['name', 'keyboard', 'apis', 'x'.repeat(1_000)])('is false of %.20s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('Function: clipWithoutSecrets', () => {
  it.each([
    ['plain', 5, 'plain', 5],
    ['plain', 4, 'plai… [5 characters]', 5],
    ['Basic dXNlcjpwYXNz x', 100, 'Basic [removed] x', 20],
    ['a eyJhbGciOiJub25lIn0.e30. b', 100, 'a [removed] b', 28],
    ['redis://u:p@h/0', 100, 'redis://[removed]@h/0', 15],
    ['half \ud83d', 100, 'half \ufffd', 6],
  ])('makes of %j within %i characters %j', (text, length, clipped, charactersRead) => {
    expect(clipWithoutSecrets(text, length)).toEqual({ text: clipped, charactersRead });
  });

  it('recognises a secret that begins before the cut and ends behind it', () => {
    const { text } = clipWithoutSecrets(`ab eyJ${'x'.repeat(900)} c`, 5);

    expect(text).toBe('ab [r… [908 characters]');
  });

  it('takes no more of a long text than it needs to, and no part of a user at the end of that', () => {
    const { text, charactersRead } = clipWithoutSecrets(`https://${'u'.repeat(5_000)}:p@host`, 10);

    expect(charactersRead).toBe(1_010);
    expect(text).toBe('https://[r… [5015 characters]');
  });
});
