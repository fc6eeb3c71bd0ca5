import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';
import { type MachineCredentials, startTokenIssuer, type TokenIssuer } from '#local/api/token-issuer.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GRANT = { grant_type: 'client_credentials' };

async function start(path = join(temporaryDirectory(), 'key.json')): Promise<TokenIssuer> {
  const machines = [{ name: 'agent-1', level: 'INTERN' } as const];
  const issuer = await startTokenIssuer({ path, audience: 'aud', machines });
  onTestFinished(() => issuer.close(0));
  return issuer;
}

function basic({ client_id, client_secret }: { client_id: string; client_secret: string }) {
  return { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` };
}

async function ask(url: string, body: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...FORM, ...headers },
    body: new URLSearchParams(body).toString(),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('The token endpoint', () => {
  it.each(['in the header', 'in the form'])(
    'gives a machine tokens of its level, its secret %s',
    async (where) => {
      // Prepare
      const { tokenUrl, issuer, machines } = await start();
      const own = machines['agent-1']!;
      const verify = createTokenVerifier({
        issuer,
        audiences: ['aud'],
        levelsClaim: 'cognito:groups',
        now: Date.now,
      });

      // Act
      const answer = await (where === 'in the header'
        ? ask(tokenUrl, GRANT, basic(own))
        : ask(tokenUrl, { ...GRANT, ...own, scope: 'atom-sync/INTERN' }));

      // Assess
      expect(answer).toMatchObject({ status: 200, body: { expires_in: 43_200, token_type: 'Bearer' } });
      const token = String(answer.body.access_token);
      expect(await verify(token)).toEqual({ subject: 'agent-1', levels: ['INTERN'] });
      const { exp = 0, iat = 0, ...claims } = decodeJwt(token);
      expect(exp - iat).toBe(43_200);
      expect(claims).toMatchObject({ client_id: 'agent-1', token_use: 'access', scope: 'atom-sync/INTERN' });
      expect(claims).not.toHaveProperty('cognito:groups');
    },
  );

  it('knows one machine of each level, and keeps secrets over a restart', async () => {
    const path = join(temporaryDirectory(), 'key.json');
    const [first, second] = [await start(path), await start(path)];

    expect(Object.keys(first.machines)).toEqual([
      'local-student',
      'local-intern',
      'local-supervised',
      'local-autonomous',
      'agent-1',
    ]);
    expect(second.machines).toEqual(first.machines);
    expect((await start()).machines['agent-1']).not.toEqual(first.machines['agent-1']);
  });

  describe('refuses', () => {
    type Form = (own: MachineCredentials) => Record<string, string>;

    it.each<[string, Form, string]>([
      ['another secret', (own) => ({ ...GRANT, ...own, client_secret: 'x' }), 'invalid_client'],
      ['no secret', () => ({ ...GRANT, client_id: 'local-student' }), 'invalid_client'],
      ['another client', (own) => ({ ...GRANT, ...own, client_id: 'local-autonomous' }), 'invalid_client'],
      ['nobody', () => GRANT, 'invalid_client'],
      ['a higher level', (own) => ({ ...GRANT, ...own, scope: 'atom-sync/AUTONOMOUS' }), 'invalid_scope'],
      ['another grant', (own) => ({ ...own, grant_type: 'password' }), 'unsupported_grant_type'],
    ])('%s', async (_what, form, error) => {
      const { tokenUrl, machines } = await start();

      const answer = await ask(tokenUrl, form(machines['local-student']!));

      expect(answer).toEqual({ status: 400, body: { error } });
    });

    it('a header that is no text, another type, and GET', async () => {
      const { tokenUrl } = await start();
      const odd = { authorization: `Basic ${Buffer.from('%E0%A4%A:x').toString('base64')}` };
      expect(await ask(tokenUrl, GRANT, odd)).toMatchObject({ body: { error: 'invalid_client' } });
      const json = { 'content-type': 'application/json' };
      expect(await ask(tokenUrl, GRANT, json)).toMatchObject({ body: { error: 'invalid_request' } });
      expect((await fetch(tokenUrl)).status).toBe(400);
    });

    it('a form that is longer than any', async () => {
      const { tokenUrl } = await start();
      const answer = await ask(tokenUrl, { ...GRANT, scope: 'x'.repeat(16_384) });
      expect(answer).toEqual({ status: 400, body: { error: 'invalid_request' } });
    });
  });
});
