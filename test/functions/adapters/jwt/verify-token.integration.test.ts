import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';
import { type Issuer, startIssuer, type TokenParts, unsigned } from './token-issuer.ts';

const AUDIENCE = 'atom-sync-clients';
/** What every verifier here is made with besides its issuer. */
const SHARED = { audiences: [AUDIENCE, 'machine-1'], levelsClaim: 'cognito:groups', now: Date.now };
const SECONDS = () => Math.floor(Date.now() / 1000);

describe('Function: createTokenVerifier', () => {
  let issuer: Issuer;
  let verify: ReturnType<typeof createTokenVerifier>;

  beforeEach(async () => {
    issuer = await startIssuer(AUDIENCE);
    verify = createTokenVerifier({ ...SHARED, issuer: issuer.issuer });
  });
  afterEach(() => issuer.stop());

  it('tells who holds a good token and what levels it names', async () => {
    const verified = await verify(await issuer.sign());

    expect(verified).toEqual({ subject: 'user-1', levels: ['SUPERVISED'] });
    expect(issuer.requests).toEqual(['/pool/.well-known/openid-configuration', '/pool/keys']);
  });

  it('fetches the keys once for many tokens', async () => {
    const tokens = await Promise.all([issuer.sign(), issuer.sign(), issuer.sign()]);
    await Promise.all(tokens.map(verify));
    await verify(await issuer.sign());

    expect(issuer.requests).toHaveLength(2);
  });

  it('reads the levels of people from their groups, and those of machines from their scopes', async () => {
    const scope = 'atom-sync/INTERN openid';
    const both = await verify(await issuer.sign({ claims: { scope } }));
    const machine = await issuer.sign({
      without: ['aud', 'cognito:groups'],
      claims: { client_id: 'machine-1', scope, sub: 'machine-1' },
    });

    expect(both.levels).toEqual(['SUPERVISED', 'INTERN']);
    expect(await verify(machine)).toEqual({ subject: 'machine-1', levels: ['INTERN'] });
  });

  it.each<[string, TokenParts]>([
    ['with several audiences', { claims: { aud: ['other', AUDIENCE] } }],
    [
      'of Cognito for access, which names its client instead',
      { without: ['aud'], claims: { client_id: AUDIENCE } },
    ],
    ['without a subject', { without: ['sub'] }],
  ])('takes a token %s', async (_what, parts) => {
    await expect(verify(await issuer.sign(parts))).resolves.toBeDefined();
  });

  it('takes a token that ran out a moment ago, by another clock', async () => {
    const token = await issuer.sign({ claims: { exp: SECONDS() - 2 } });

    await expect(verify(token)).resolves.toBeDefined();
  });

  it('takes ES256', async () => {
    const key = await issuer.addKey('ES256', 'ec');

    await expect(verify(await issuer.sign({ key }))).resolves.toBeDefined();
  });

  it('refuses a token whose issuer has one slash more, as API Gateway does', async () => {
    const token = await issuer.sign({ claims: { iss: `${issuer.issuer}/` } });

    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each<[string, TokenParts, string]>([
    ['has expired', { claims: { exp: SECONDS() - 60 } }, 'token_expired'],
    ['is not valid yet', { claims: { nbf: SECONDS() + 60 } }, 'invalid_token'],
    ['never expires', { without: ['exp'] }, 'invalid_token'],
    ['is of another issuer', { claims: { iss: 'https://evil.example.com' } }, 'invalid_token'],
    ['names no issuer', { without: ['iss'] }, 'invalid_token'],
    ['is for another audience', { claims: { aud: 'other' } }, 'invalid_token'],
    ['is for nobody', { without: ['aud'] }, 'invalid_token'],
    [
      'is of a client that is not ours',
      { without: ['aud'], claims: { client_id: 'other' } },
      'invalid_token',
    ],
    ['has no audience at all', { claims: { aud: [] } }, 'invalid_token'],
    [
      'names the client but is for another audience',
      { claims: { aud: 'x', client_id: AUDIENCE } },
      'invalid_token',
    ],
    ['has an audience that is none', { claims: { aud: { [AUDIENCE]: 1 } as never } }, 'invalid_token'],
    ['has a key id that does not exist', { header: { kid: 'nobody' } }, 'invalid_token'],
    ['asks for an extension that we do not know', { header: { crit: ['exp'], exp: 1 } }, 'invalid_token'],
  ])('refuses a token that %s', async (_what, parts, code) => {
    const token = await issuer
      .sign(parts)
      .catch(() => unsigned({ alg: 'RS256', ...parts.header }, {}, 'AAAA'));
    await expect(verify(token)).rejects.toMatchObject({ code });
  });

  it('refuses a token signed with a key of the same name that is not the issuer’s', async () => {
    const key = await issuer.addKey('RS256', 'rsa', false);

    await expect(verify(await issuer.sign({ key }))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('refuses alg "%s"', async (alg) => {
    await expect(verify(unsigned({ alg, kid: 'rsa' }, issuer.claims()))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('refuses HS256 signed with the public key', async () => {
    const forged = unsigned({ alg: 'HS256', kid: 'rsa' }, issuer.claims());
    const input = forged.slice(0, -1);
    for (const secret of [issuer.publicPem, issuer.publicPem.trim()]) {
      const signature = createHmac('sha256', secret).update(input).digest('base64url');
      await expect(verify(`${input}.${signature}`)).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });

  it('refuses algorithms that are not on the list', async () => {
    const key = await issuer.addKey('RS512', 'rs512');

    await expect(verify(await issuer.sign({ key }))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('refuses every change of a good token', async () => {
    const token = await issuer.sign();
    const [header, payload, signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString());
    const promoted = Buffer.from(JSON.stringify({ ...claims, 'cognito:groups': ['AUTONOMOUS'] })).toString(
      'base64url',
    );

    for (const changed of [
      `${header}.${promoted}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${token}.x`,
      `${header}.${payload}.${randomBytes(256).toString('base64url')}`,
      'a.b.c',
      '',
      '..',
      'x'.repeat(9000),
    ]) {
      await expect(verify(changed)).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });

  it('never says in an error what the token was', async () => {
    const token = await issuer.sign({ claims: { exp: 1, secret: 's3cret' } });
    const error = await verify(token).catch((caught: unknown) => caught);

    expect(JSON.stringify(error) + String(error)).not.toMatch(/s3cret|eyJ/);
    expect(error).not.toHaveProperty('cause');
  });

  it.each([
    [{ status: 500 }],
    [{ status: 302 }],
    [{ status: 200, body: '<html>' }],
    [{ status: 200, body: '{"keys": 1}' }],
  ])('says that the keys can not be had when the issuer answers %j', async (answer) => {
    issuer.answerWith(answer);
    await expect(verify(await issuer.sign())).rejects.toMatchObject({
      code: 'keys_unavailable',
      retryable: true,
    });

    issuer.answerWith(undefined);
    await expect(verify(await issuer.sign())).resolves.toBeDefined();
  });

  it('says so when the issuer can not be reached, and keeps working on the keys that it has', async () => {
    await verify(await issuer.sign());
    const fresh = createTokenVerifier({ ...SHARED, issuer: issuer.issuer });
    await issuer.stop();

    await expect(fresh(await issuer.sign())).rejects.toMatchObject({ code: 'keys_unavailable' });
    await expect(verify(await issuer.sign())).resolves.toBeDefined();
  });

  it('finds a new key, but does not let unknown ones make it ask again and again', async () => {
    await verify(await issuer.sign());
    for (let i = 0; i < 5; i += 1) {
      await verify(await issuer.sign({ header: { kid: `forged-${i}` } })).catch(() => undefined);
    }

    expect(issuer.requests).toHaveLength(2);
  });

  it('goes by the clock that it was given', async () => {
    const now = () => Date.now() + 3_700_000;
    const later = createTokenVerifier({ ...SHARED, issuer: issuer.issuer, now });

    await expect(later(await issuer.sign())).rejects.toMatchObject({ code: 'token_expired' });
  });
});
