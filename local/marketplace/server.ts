/**
 * A marketplace to be synced from, on this computer: everything of `CONTRACT.md` section 1 over real
 * HTTP and WebSocket, deterministic from one seed, and able to misbehave in every way.
 * `README.md` beside this file shows the control endpoint with curl.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmbeddedServiceError } from '#local/errors.ts';
import { type Guard, guardServer } from '#local/guard/guard-server.ts';
import { originForm } from '#local/guard/request-guard.ts';
import { isControlPath, serveControl } from '#local/http/control-endpoint.ts';
import { Catalog } from './catalog/catalog.ts';
import { type Churn, createChurn } from './catalog/churn.ts';
import { generateCategories, generateSkills } from './catalog/generate-catalog.ts';
import { CONTROL_ROUTES } from './control/control-routes.ts';
import { Faults } from './faults/faults.ts';
import { createLimiter } from './faults/limits.ts';
import { SocketGate } from './feed/accept-socket.ts';
import { type FeedControls, FeedHub } from './feed/feed.ts';
import { type FloodOptions, type FloodResult, flood } from './feed/flood.ts';
import { serveRequest } from './http/serve-request.ts';
import type { Announcement } from './http/wire.ts';
import {
  DEFAULT_TOKEN,
  initialSettings,
  type MarketplaceOptions,
  type MarketplaceSettings,
} from './options.ts';
import { Ratings } from './ratings.ts';
import { Recorder, type Stats } from './stats.ts';
import { createTokens, type Tokens } from './tokens.ts';
import type { World } from './world.ts';

/** Longer than any client keeps a connection, so that idle ones are not closed under their hands. */
const KEEP_ALIVE_MS = 120_000;

/** A running marketplace. */
export type Marketplace = {
  /** Base URL, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Address of the feed without its token, e.g. `ws://127.0.0.1:41234/ws`. */
  readonly wsUrl: string;
  /** The first token that was accepted at the start. */
  readonly token: string;
  readonly catalog: Catalog;
  readonly ratings: Ratings;
  readonly tokens: Tokens;
  readonly faults: Faults;
  /** May be changed while the server runs. */
  readonly settings: MarketplaceSettings;
  readonly stats: Stats;
  readonly feed: FeedControls;
  readonly churn: Churn;
  flood(options: FloodOptions): Promise<FloodResult>;
  /** Ends every connection, hanging ones too, and every timer. May be called twice. */
  close(): Promise<void>;
};

/**
 * Starts a marketplace. Rejects when the port cannot be had.
 *
 * @example
 * const marketplace = await startMarketplace({ skills: 300 });
 * marketplace.faults.add({ kind: 'cut', route: 'skills', page: 2 });
 * // … sync from marketplace.url with marketplace.token …
 * await marketplace.close();
 */
export async function startMarketplace(options: MarketplaceOptions = {}): Promise<Marketplace> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const hub = new FeedHub({ seed, now });
  const world = createWorld(options, { now, seed, hub });

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    // Node's own would be of another clock than the times in the answers.
    response.setHeader('date', new Date(now()).toUTCString());
    if (isControlPath(request.url)) void serveControl(CONTROL_ROUTES, world, request, response);
    else void serveRequest(world, request, response);
  });
  const gate = new SocketGate(world, hub);
  server.on('upgrade', (request, raw, head) => void gate.accept(request, raw, head));
  guardServer(server, guardOf(options.host));
  const { port } = await listen(server, options);
  const stopTimers = startTimers(world, options);

  const host = options.host ?? '127.0.0.1';
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: `http://${authority}`,
    wsUrl: `ws://${authority}/ws`,
    token: acceptedTokens(options)[0] ?? DEFAULT_TOKEN,
    catalog: world.catalog,
    ratings: world.ratings,
    tokens: world.tokens,
    faults: world.faults,
    settings: world.settings,
    stats: world.recorder.stats,
    feed: hub,
    churn: world.churn,
    flood: (wanted) => flood(world, wanted),
    close: () => {
      stopTimers();
      gate.destroy();
      return closeServer(server);
    },
  };
}

function createWorld(
  options: MarketplaceOptions,
  parts: { now: () => number; seed: number; hub: FeedHub },
): World {
  const { now, seed, hub } = parts;
  const announce = (announcement: Announcement) => hub.announce(announcement);
  const settings = initialSettings(options);
  const generated = options.catalog ? 0 : (options.skills ?? 5_000);
  const catalog = new Catalog({
    skills: options.catalog?.skills ?? generateSkills({ seed, count: generated }),
    categories: options.catalog ? (options.catalog.categories ?? []) : generateCategories(),
    idField: options.idField ?? 'skill_id',
    now,
    announce,
    changed: options.onChange,
  });
  const defaultChanges = options.churn?.changes ?? 5;
  return {
    settings,
    now,
    catalog,
    feed: hub,
    ratings: new Ratings({ catalog, now, announce }),
    tokens: createTokens({
      accepted: acceptedTokens(options),
      seed,
      now,
      onEnd: (token) => hub.closeToken(token),
    }),
    faults: new Faults(),
    limiter: createLimiter({ limits: () => settings.limits, now }),
    recorder: new Recorder(now),
    churn: createChurn({ catalog, seed, firstNewIndex: generated, now, defaultChanges }),
  };
}

/**
 * Its own address and those of loopback lead here. One that listens to a network can't know by which names it is
 * called; what steers it then still is for this computer only.
 */
function guardOf(host?: string): Guard {
  const isEverywhere = host !== undefined && ['0.0.0.0', '::'].includes(host);
  const own = host?.includes(':') ? [`[${host}]`] : [host ?? '127.0.0.1'];
  return {
    rules: ({ url }) => ({
      hostNames: isEverywhere && !isControlPath(originForm(url ?? '/')) ? 'any' : own,
      contentTypes: ['application/json'],
    }),
  };
}

function acceptedTokens(options: MarketplaceOptions): readonly string[] {
  const token = options.token ?? DEFAULT_TOKEN;
  return typeof token === 'string' ? [token] : token;
}

function startTimers(world: World, options: MarketplaceOptions): () => void {
  const timers: NodeJS.Timeout[] = [];
  if (options.churn) timers.push(setInterval(() => world.churn(), options.churn.everyMs));
  if (options.pingEveryMs !== undefined) {
    const beat = () => {
      world.feed.closeUnanswered();
      world.feed.ping();
    };
    timers.push(setInterval(beat, options.pingEveryMs));
  }
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function listen(server: Server, options: MarketplaceOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new EmbeddedServiceError('The marketplace has no TCP address.'));
      else resolve(address);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
