/** A request as the guard looks at it. */
export type RequestHead = {
  readonly method: string;
  /** The request line's target: a path, or a whole URL. */
  readonly target: string;
  /** All headers as they came: lower-case names, a name several times where it came several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
};

/** What a listener lets in. */
export type GuardRules = {
  /** Its own port. */
  readonly port: number;
  /** Names by which it may be called beside those of the loopback interface; `any`: it is meant for other computers. */
  readonly hostNames?: readonly string[] | 'any';
  /** Origins whose pages may call it beside its own. */
  readonly allowedOrigins?: readonly string[];
  /** Media types that a body may have. @default - the handler judges by itself */
  readonly contentTypes?: readonly string[];
};

/** Why a request is not let in. */
export type Refusal = { readonly status: number; readonly code: string; readonly message: string };

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** What a browser says of a request that a page of our own made, or the person at the keyboard. */
const OWN_SITES = ['same-origin', 'none'];

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Judges by its head whether a request may come in. Loopback alone keeps nobody out who sits in a browser on the same
 * computer: any page may send requests there, and a name that its owner points to 127.0.0.1 makes the answers
 * readable too.
 *
 * @returns undefined where it may.
 */
export function validateRequest(head: RequestHead, rules: GuardRules): Refusal | undefined {
  return validateHost(head, rules) ?? validateOrigin(head, rules) ?? validateContentType(head, rules);
}

/** The path and query of a target, which may come as a whole URL. */
export function originForm(target: string): string {
  const [, path] = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*(.*)$/i.exec(target) ?? [];
  if (path === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}

function validateHost(head: RequestHead, rules: GuardRules): Refusal | undefined {
  const hosts = valuesOf(head, 'host');
  if (hosts.length !== 1) {
    return { status: 400, code: 'bad_host', message: `Send one Host header, not ${hosts.length}.` };
  }
  const [, authority] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(head.target) ?? [];
  const named = authority === undefined ? hosts : [...hosts, authority];
  if (named.every((host) => isOwnHost(host, rules))) return undefined;
  const message = `This server is 127.0.0.1:${rules.port} and answers to no other name. Use that address.`;
  return { status: 403, code: 'forbidden_host', message };
}

function isOwnHost(host: string, { hostNames = [], port }: GuardRules): boolean {
  if (hostNames === 'any') return true;
  const [, name, given] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  // A client leaves the port out where it is the protocol's own.
  return (
    name !== undefined && [...LOOPBACK_NAMES, ...hostNames].includes(name) && (given ?? '80') === `${port}`
  );
}

function validateOrigin(head: RequestHead, rules: GuardRules): Refusal | undefined {
  const origins = valuesOf(head, 'origin');
  if (origins.length > 0 && origins.every((origin) => rules.allowedOrigins?.includes(origin)))
    return undefined;
  const isForeign =
    origins.some((origin) => !isOwnOrigin(origin, rules)) ||
    valuesOf(head, 'sec-fetch-site').some((site) => !OWN_SITES.includes(site.toLowerCase()));
  if (!isForeign) return undefined;
  return {
    status: 403,
    code: 'forbidden_origin',
    message:
      'A page of another origin made this request. Only programs on this computer may, and its own pages.',
  };
}

function isOwnOrigin(origin: string, rules: GuardRules): boolean {
  const [, host] = /^http:\/\/(.*)$/i.exec(origin) ?? [];
  return host !== undefined && isOwnHost(host, { port: rules.port });
}

/**
 * A form, or a script that asks nobody first, can send text, forms, or bytes without a type; so a type that is given
 * must be one of the listener's, and a body must have one.
 */
function validateContentType(head: RequestHead, { contentTypes }: GuardRules): Refusal | undefined {
  if (contentTypes === undefined) return undefined;
  const given = valuesOf(head, 'content-type');
  if (given.length === 0 && !hasBody(head)) return undefined;
  if (given.length > 0 && !hasBody(head) && SAFE_METHODS.includes(head.method)) return undefined;
  const types = given.map((value) => (value.split(';')[0] ?? '').trim().toLowerCase());
  if (types.length === 1 && contentTypes.includes(types[0] ?? '')) return undefined;
  const message = `Send the body with the header Content-Type: ${contentTypes[0]}.`;
  return { status: 415, code: 'unsupported_media_type', message };
}

function hasBody(head: RequestHead): boolean {
  const lengths = valuesOf(head, 'content-length');
  return lengths.some((length) => Number(length) !== 0) || valuesOf(head, 'transfer-encoding').length > 0;
}

function valuesOf(head: RequestHead, name: string): string[] {
  return head.headers.filter(([key]) => key === name).map(([, value]) => value.trim());
}
