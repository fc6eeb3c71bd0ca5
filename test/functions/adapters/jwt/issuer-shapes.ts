import type { JWK, JWTPayload } from 'jose';

/**
 * What the issuers that people use say of themselves: their paths, the fields of their documents that could mislead, the
 * odd parts of their key sets, and how their access tokens name an audience and a level. Taken from their documentation;
 * hosts are replaced by a server of ours.
 */
export type IssuerShape = {
  /** Path of the issuer; the document is below it. */
  readonly issuer: string;
  readonly keys: string;
  /** Changes the issuer that the document names. */
  readonly named?: (issuer: string) => string;
  readonly document?: Readonly<Record<string, unknown>>;
  /** Changes a signing key before it is published. */
  readonly publish?: (jwk: JWK) => JWK;
  /** Keys that are published beside those that sign. */
  readonly others?: readonly JWK[];
  readonly claim: string;
  readonly claims: JWTPayload;
  readonly levels: readonly string[];
};

const withoutAlg = ({ alg: _alg, ...jwk }: JWK): JWK => jwk;
/** Of Keycloak's own keys, for encryption. */
const ENCRYPTION: JWK = { kid: 'enc', kty: 'RSA', alg: 'RSA-OAEP', use: 'enc', n: 'AQAB', e: 'AQAB' };

export const SHAPES: Readonly<Record<string, IssuerShape>> = {
  Keycloak: {
    issuer: '/realms/atom',
    keys: '/realms/atom/protocol/openid-connect/certs',
    document: {
      jwks_uri_ignored: 'x',
      token_endpoint: 'https://kc.example.com/token',
      mtls_endpoint_aliases: {},
    },
    others: [ENCRYPTION],
    claim: 'realm_access.roles',
    claims: {
      aud: ['atom-sync-clients', 'account'],
      azp: 'agent-1',
      realm_access: { roles: ['offline_access', 'SUPERVISED'] },
      scope: 'profile email',
    },
    levels: ['offline_access', 'SUPERVISED'],
  },
  'Keycloak, by scope': {
    issuer: '/realms/atom',
    keys: '/realms/atom/protocol/openid-connect/certs',
    claim: 'realm_access.roles',
    claims: { scope: 'email atom-sync/INTERN' },
    levels: ['INTERN'],
  },
  Okta: {
    issuer: '/oauth2/default',
    keys: '/oauth2/default/v1/keys',
    claim: 'groups',
    claims: { groups: ['Everyone', 'INTERN'], cid: '0oa1', scp: ['openid', 'atom-sync/STUDENT'] },
    levels: ['Everyone', 'INTERN', 'STUDENT'],
  },
  'Entra v2, one tenant': {
    issuer: '/3f2a/v2.0',
    keys: '/3f2a/discovery/v2.0/keys',
    document: { cloud_instance_name: 'microsoftonline.com' },
    publish: withoutAlg,
    claim: 'roles',
    claims: { roles: ['AUTONOMOUS'], ver: '2.0', tid: '3f2a', scp: 'access_as_user' },
    levels: ['AUTONOMOUS'],
  },
  'Entra v1, which ends in a slash': {
    issuer: '/3f2a/',
    keys: '/common/discovery/keys',
    publish: withoutAlg,
    claim: 'roles',
    claims: { roles: ['STUDENT'], ver: '1.0' },
    levels: ['STUDENT'],
  },
  Google: {
    issuer: '',
    keys: '/oauth2/v3/certs',
    claim: 'hd',
    claims: { azp: 'x.apps.googleusercontent.com', email_verified: true },
    levels: [],
  },
  'Auth0, which ends in a slash': {
    issuer: '/',
    keys: '/.well-known/jwks.json',
    claim: 'https://atom.example.com/levels',
    claims: { 'https://atom.example.com/levels': 'INTERN STUDENT', scope: 'openid' },
    levels: ['INTERN', 'STUDENT'],
  },
  'Cognito, a person': {
    issuer: '/us-east-1_AbCdEf',
    keys: '/us-east-1_AbCdEf/.well-known/jwks.json',
    claim: 'cognito:groups',
    claims: { 'cognito:groups': ['AUTONOMOUS'], scope: 'aws.cognito.signin.user.admin' },
    levels: ['AUTONOMOUS'],
  },
  'Cognito, a machine': {
    issuer: '/us-east-1_AbCdEf',
    keys: '/us-east-1_AbCdEf/.well-known/jwks.json',
    claim: 'cognito:groups',
    claims: {
      aud: undefined,
      client_id: 'machine-1',
      token_use: 'access',
      version: 2,
      scope: 'atom-sync/SUPERVISED',
    },
    levels: ['SUPERVISED'],
  },
};

const PLAIN = { issuer: '/x', keys: '/keys', claim: 'roles', claims: {}, levels: [] };

/** Documents that no key may be taken from, with what an operator is told. */
export const REFUSED: Readonly<Record<string, IssuerShape & { readonly told: RegExp }>> = {
  'of Entra for any tenant': {
    ...PLAIN,
    issuer: '/common/v2.0',
    named: (issuer) => issuer.replace('/common/', '/{tenantid}/'),
    told: /calls itself ".*\{tenantid\}\/v2\.0" and not ".*\/common\/v2\.0"/,
  },
  'that names another issuer': { ...PLAIN, named: () => 'https://evil.example.com', told: /calls itself/ },
  'that names it with one slash more': { ...PLAIN, named: (issuer) => `${issuer}/`, told: /calls itself/ },
  'that names it with one slash less': {
    ...PLAIN,
    issuer: '/x/',
    named: (issuer) => issuer.slice(0, -1),
    told: /calls itself/,
  },
  'that names it in capitals': { ...PLAIN, named: (issuer) => issuer.toUpperCase(), told: /calls itself/ },
  'without an issuer': { ...PLAIN, document: { issuer: undefined }, told: /lacks issuer or jwks_uri/ },
  'without an address of keys': {
    ...PLAIN,
    document: { jwks_uri: undefined },
    told: /lacks issuer or jwks_uri/,
  },
  'with an address that is a list': {
    ...PLAIN,
    document: { jwks_uri: [] },
    told: /lacks issuer or jwks_uri/,
  },
  'with keys in the clear': {
    ...PLAIN,
    document: { jwks_uri: 'http://keys.example.com/keys' },
    told: /no https address/,
  },
  'with keys in a file': { ...PLAIN, document: { jwks_uri: 'file:///etc/passwd' }, told: /no https address/ },
  'with a password in the address': {
    ...PLAIN,
    document: { jwks_uri: 'https://a:b@keys.example.com' },
    told: /no https address/,
  },
  'with keys at no address': { ...PLAIN, document: { jwks_uri: 'keys' }, told: /no https address/ },
};
