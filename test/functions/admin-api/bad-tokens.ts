import { createHmac } from 'node:crypto';
import { type Issuer, unsigned } from '#test/functions/adapters/jwt/token-issuer.ts';

type TokenOf = (issuer: Issuer) => Promise<string | undefined>;

/** Tokens that nobody may be let in with, by what is wrong with them. */
export const BAD_TOKENS: Readonly<Record<string, TokenOf>> = {
  'no token': async () => undefined,
  expired: (issuer) => issuer.sign({ claims: { exp: 1_700_000_000 } }),
  'wrong issuer': (issuer) => issuer.sign({ claims: { iss: 'https://evil.example.com' } }),
  'wrong audience': (issuer) => issuer.sign({ claims: { aud: 'other' } }),
  'alg none': async (issuer) => unsigned({ alg: 'none' }, autonomous(issuer)),
  'HS256 with the public key': async (issuer) => signedWithPublicKey(issuer),
  rubbish: async () => 'rubbish',
};

function autonomous(issuer: Issuer) {
  return issuer.claims({ 'cognito:groups': ['AUTONOMOUS'] });
}

function signedWithPublicKey(issuer: Issuer): string {
  const input = unsigned({ alg: 'HS256', typ: 'JWT', kid: 'rsa' }, autonomous(issuer)).slice(0, -1);
  return `${input}.${createHmac('sha256', issuer.publicPem).update(input).digest('base64url')}`;
}
