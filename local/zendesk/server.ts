/** Zendesk behind real HTTP: each account listens on an address of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from '#local/guard/guard-server.ts';
import { type LoopbackServer, startLoopbackServer } from '#local/guard/loopback-server.ts';
import { originForm } from '#local/guard/request-guard.ts';
import { isControlPath, serveControl } from '#local/http/control-endpoint.ts';
import { readBodyText } from '#local/http/read-body-text.ts';
import { type Account, DEFAULT_CLIENT } from './account.ts';
import { CONTROL_ROUTES } from './control/control-routes.ts';
import { respond } from './http/respond.ts';
import { sendAnswer } from './http/send-answer.ts';
import type { World } from './world.ts';
import { createZendesk, type ZendeskCore, type ZendeskOptions } from './zendesk.ts';

/** Options of `startZendesk`. */
export type ServerOptions = ZendeskOptions & {
  /** TCP port of the first account; 0 = any free one. Default 0. The other accounts take any. */
  readonly port?: number;
};

/** A running Zendesk. */
export type Zendesk = ZendeskCore & {
  /** Base URL of the first account, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** An OAuth client of the first account. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Base URL of an account. Throws a RangeError when there is none of that name. */
  urlOf(subdomain: string): string;
  /** Ends every connection, hanging ones too. May be called twice. */
  close(): Promise<void>;
};

/** Its own page may call nothing here; bodies are JSON, and forms where OAuth takes them. */
const GUARD: Guard = {
  rules: ({ url }) => ({
    contentTypes: isControlPath(originForm(url ?? '/'))
      ? ['application/json']
      : ['application/json', 'application/x-www-form-urlencoded'],
  }),
};

/**
 * Starts a Zendesk that only this computer reaches.
 *
 * @throws PortUnavailableError when the port cannot be had.
 */
export async function startZendesk(options: ServerOptions = {}): Promise<Zendesk> {
  const core = createZendesk(options);
  const { world } = core;
  const servers = new Map<string, LoopbackServer>();
  for (const account of world.accounts.values()) {
    const port = servers.size === 0 ? options.port : 0;
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      serve(world, account, request, response);
    servers.set(account.subdomain, await startLoopbackServer(listener, { port, guard: GUARD }));
  }
  const urlOf = (subdomain: string) => {
    const server = servers.get(subdomain);
    if (server === undefined) throw new RangeError(`There is no account ${subdomain}.`);
    return server.url;
  };
  const [client = DEFAULT_CLIENT] = options.clients ?? [];
  return {
    ...core,
    url: urlOf(core.subdomain),
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    urlOf,
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close(0)));
    },
  };
}

async function serve(
  world: World,
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isControlPath(request.url)) {
    return serveControl(CONTROL_ROUTES, { world, account }, request, response);
  }
  const host = request.headers.host ?? 'localhost';
  let body: string | undefined;
  try {
    body = await readBodyText(request);
  } catch {
    return; // The client went away in the middle of its request.
  }
  const answer = await respond(world, account, {
    method: request.method ?? 'GET',
    host,
    origin: `http://${host}`,
    target: request.url ?? '/',
    headers: singleHeaders(request),
    body,
  });
  sendAnswer(response, answer);
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
