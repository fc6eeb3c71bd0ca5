import { describe, expect, it } from 'vitest';
import type { ZendeskCredentials } from '#adapters/zendesk/access.ts';
import { createAdapterScene, failure, PAGE } from './zendesk-scene.ts';

const TOKEN = { access_token: 'tok-1', token_type: 'bearer', scope: 'read', expires_in: 3_600 };
const NONE = { client_id: '', client_secret: '', email: '', api_token: '' };

describe('access by OAuth', () => {
  it('asks for a token with its scope and its life, and shows it', async () => {
    const scene = createAdapterScene(
      [
        [200, TOKEN],
        [200, PAGE],
        [200, PAGE],
      ],
      { auth: 'oauth' },
    );
    await scene.page({ startTime: 0 });
    await scene.page({ startTime: 0 });
    const [asked, ...others] = scene.sent;
    expect([asked?.method, asked?.url.href]).toEqual(['POST', 'https://atom.zendesk.com/oauth/tokens']);
    expect(asked?.headers.has('authorization')).toBe(false);
    expect(JSON.parse(asked!.body)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 's3cret',
      scope: 'read',
      expires_in: 3_600,
    });
    expect(others.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer tok-1',
      'Bearer tok-1',
    ]);
  });

  it('asks again a minute before the token’s end', async () => {
    const scene = createAdapterScene(
      [
        [200, { ...TOKEN, expires_in: 300 }],
        [200, PAGE],
        [200, PAGE],
        [200, TOKEN],
        [200, PAGE],
      ],
      { auth: 'oauth' },
    );
    await scene.page({ startTime: 0 });
    await scene.clock.advance(239_000);
    await scene.page({ startTime: 0 });
    await scene.clock.advance(1_000);
    await scene.page({ startTime: 0 });
    expect(scene.sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'POST', 'GET']);
  });

  it.each([400, 401, 403])(
    'says of a client that is refused (%i) what to look at, and names no secret',
    async (status) => {
      const scene = createAdapterScene([[status, { error: 'invalid_client', error_description: 's3cret' }]], {
        auth: 'oauth',
      });
      const error = (await failure(scene.page({ startTime: 0 }))) as Error;
      expect(error).toMatchObject({
        code: 'zendesk_auth',
        message: expect.stringContaining('client_credentials'),
      });
      expect([error.message, ...scene.lines].join()).not.toContain('s3cret');
      expect(scene.sent).toHaveLength(1);
    },
  );

  it('reads the secret anew where its client is refused: an operator may have just put another one in', async () => {
    const credentials = async ({ renew = false } = {}): Promise<ZendeskCredentials> => ({
      ...NONE,
      client_id: 'client',
      client_secret: renew ? 'new' : 'old',
    });
    const scene = createAdapterScene(
      [
        [401, {}],
        [200, TOKEN],
        [200, PAGE],
      ],
      { auth: 'oauth', credentials },
    );
    await scene.page({ startTime: 0 });
    expect(scene.sent.map(({ body }) => /"client_secret":"(\w+)"/.exec(body)?.[1])).toEqual([
      'old',
      'new',
      undefined,
    ]);
  });

  it.each([
    ['no token', { ...TOKEN, access_token: undefined }],
    ['one that no header can carry', { ...TOKEN, access_token: 'a\nb' }],
    ['a list', []],
  ])('takes an answer with %s for none', async (_, json) => {
    const scene = createAdapterScene([[200, json]], { auth: 'oauth' });
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_malformed' });
  });

  it('tries again where the token is not to be had for now', async () => {
    const scene = createAdapterScene(
      [
        [503, {}],
        [429, 'x', { 'retry-after': '7' }],
        [200, TOKEN],
        [200, PAGE],
      ],
      { auth: 'oauth' },
    );
    await scene.page({ startTime: 0 });
    expect(scene.passed()).toBe(8_000);
  });
});

describe.each([
  ['oauth' as const, 'client_id and client_secret'],
  ['token' as const, 'email and api_token'],
])('access by %s', (auth, names) => {
  it('says how to put credentials in where there are none, and calls nobody', async () => {
    const scene = createAdapterScene([], { auth, credentials: async () => NONE });
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({
      code: 'zendesk_auth',
      message: expect.stringMatching(new RegExp(`holds no ${names}.*put-secret-value`)),
    });
    expect(scene.sent).toEqual([]);
  });
});

describe('access by an API token', () => {
  it('warns once of its end', async () => {
    const scene = createAdapterScene([[200, PAGE]]);
    await scene.page({ startTime: 0 });
    await scene.page({ startTime: 0 });
    expect(scene.lines.filter((line) => line.includes('2027-04-30'))).toHaveLength(1);
  });
});
