/** The calls of the control endpoint, as one table; the paths are below `/__control`. */
import type { z } from 'zod';
import { createRouteMaker, type ControlRoute as Route } from '#local/http/control-endpoint.ts';
import { applyOps } from '#local/marketplace/catalog/catalog-ops.ts';
import { flood } from '#local/marketplace/feed/flood.ts';
import { chooseLimits } from '#local/marketplace/options.ts';
import type { World } from '#local/marketplace/world.ts';
import {
  acceptBody,
  broadcastBody,
  categoryBody,
  closeBody,
  deliveryBody,
  emptyBody,
  expireBody,
  faultsBody,
  floodBody,
  moodBody,
  opsBody,
  settingsBody,
  totalBody,
} from './control-schemas.ts';

type ControlRoute = Route<World>;

const withBody = createRouteMaker<World>();

const faultRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/faults',
    about: 'faults in force, with hits and what is left',
    run: (world) => ({ faults: listFaults(world) }),
  },
  withBody('POST /faults', 'adds a fault, or an array of faults', faultsBody, (world, faults) => ({
    ids: faults.map((fault) => world.faults.add(fault)),
  })),
  {
    method: 'DELETE',
    path: '/faults',
    about: 'clears all faults',
    run: (world) => ({ cleared: world.faults.clear() }),
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    about: 'clears one fault',
    run: (world, { id }) => (world.faults.clear(Number(id)) === 1 ? { cleared: 1 } : undefined),
  },
  withBody('PUT /total', 'lies about the totals of every page', totalBody, (world, lie) => {
    clearTotals(world);
    return { id: world.faults.add({ kind: 'total', times: 'always', ...lie }) };
  }),
  {
    method: 'DELETE',
    path: '/total',
    about: 'tells the truth about totals again',
    run: (world) => ({ cleared: clearTotals(world) }),
  },
];

const settingRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/settings',
    about: 'limits, latency and variants of the wire',
    run: (world) => settingsView(world),
  },
  withBody('PATCH /settings', 'changes some of them', settingsBody, (world, { limits, ...rest }) => {
    const { ratingUpdates, ...plain } = rest;
    Object.assign(world.settings, plain);
    if (limits !== undefined) world.settings.limits = chooseLimits(limits);
    if (ratingUpdates !== undefined)
      world.settings.ratingUpdates = ratingUpdates === false ? 405 : ratingUpdates;
    return settingsView(world);
  }),
];

const catalogRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/catalog',
    about: 'size, first ids (?limit=10) and categories',
    run: (world, { query }) => ({
      skills: world.catalog.size,
      ids: world.catalog.ids().slice(0, Number(query.get('limit') ?? 10)),
      categories: world.catalog.categories(),
    }),
  },
  withBody(
    'POST /catalog/ops',
    'upsert, remove, move, repeat, touch, edit, churn, backup, restore',
    opsBody,
    (world, { ops }) => ({
      applied: applyOps(world, ops),
      skills: world.catalog.size,
    }),
  ),
  withBody('POST /catalog/categories', 'adds or changes a category', categoryBody, (world, category) =>
    world.catalog.upsertCategory(category),
  ),
  {
    method: 'GET',
    path: '/ratings',
    about: 'all ratings, or those of ?skill_id=',
    run: (world, { query }) => ({ ratings: world.ratings.list(query.get('skill_id') ?? undefined) }),
  },
];

const tokenRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/tokens',
    about: 'tokens that work',
    run: (world) => ({ tokens: world.tokens.list() }),
  },
  withBody('POST /tokens/expire', 'lets one token, or all, expire', expireBody, (world, { token }) => ({
    expired: world.tokens.expire(token),
  })),
  withBody('POST /tokens/rotate', 'lets all expire and mints a new one', emptyBody, (world) =>
    world.tokens.rotate(),
  ),
  withBody('POST /tokens/accept', 'accepts a token of your choice', acceptBody, (world, { token }) => {
    world.tokens.accept(token);
    return { tokens: world.tokens.list() };
  }),
];

const feedRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/feed',
    about: 'open sockets and what they did',
    run: (world) => ({ ...feedCounts(world), sockets: publicSockets(world) }),
  },
  withBody(
    'POST /feed/broadcast',
    'sends frame, text, base64, binaryFrame, garbage or oversizedBytes',
    broadcastBody,
    (world, body) => {
      sendByHand(world, body);
      return feedCounts(world);
    },
  ),
  withBody('POST /feed/flood', 'many real changes; answers at once', floodBody, (world, body) => {
    // It may take minutes; GET /feed shows how far it is.
    void flood(world, body);
    return { started: body.frames };
  }),
  withBody('POST /feed/mood', 'makes open sockets zombie, silent or honest', moodBody, (world, { mood }) => {
    world.feed.setMood(mood);
    return feedCounts(world);
  }),
  withBody('POST /feed/close', 'closes open sockets with any code', closeBody, (world, body) => {
    const closing = world.feed.open;
    if (body.midFrame) world.feed.cutMidFrame();
    else world.feed.close(body.code, body.reason);
    return { closing };
  }),
  withBody('PUT /feed/delivery', 'duplicates, reorders, drops frames', deliveryBody, (world, body) => {
    world.feed.setDelivery(body);
    return body;
  }),
  withBody('POST /feed/flush', 'sends frames that are held back', emptyBody, (world) => {
    world.feed.flush();
    return feedCounts(world);
  }),
  withBody('POST /feed/ping', 'sends a ping frame', emptyBody, (world) => {
    world.feed.ping();
    return feedCounts(world);
  }),
];

const statRoutes: ControlRoute[] = [
  {
    method: 'GET',
    path: '/stats',
    about: 'what was asked for and answered',
    run: (world) => statsView(world),
  },
  {
    method: 'DELETE',
    path: '/stats',
    about: 'counts from zero',
    run: (world) => {
      world.recorder.stats.reset();
      return statsView(world);
    },
  },
  {
    method: 'GET',
    path: '/log',
    about: 'the last requests (?limit=100)',
    run: (world, { query }) => ({
      log: world.recorder.stats.log.slice(-Math.max(1, Number(query.get('limit') ?? 100))),
    }),
  },
];

/** Every call of the control endpoint. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  ...faultRoutes,
  ...settingRoutes,
  ...catalogRoutes,
  ...tokenRoutes,
  ...feedRoutes,
  ...statRoutes,
];

function listFaults(world: World) {
  return world.faults.list().map(({ left, ...entry }) => ({
    ...entry,
    left: Number.isFinite(left) ? left : 'always',
  }));
}

function clearTotals(world: World): number {
  const lies = world.faults.list().filter(({ fault }) => fault.kind === 'total');
  for (const { id } of lies) world.faults.clear(id);
  return lies.length;
}

function settingsView({ settings }: World) {
  return { ...settings, limits: settings.limits ?? 'off' };
}

function feedCounts({ feed }: World) {
  return { open: feed.open, accepted: feed.accepted, refused: feed.refused };
}

function publicSockets({ feed }: World) {
  return feed.sockets().map(({ token, ...socket }) => socket);
}

function sendByHand({ feed }: World, body: z.infer<typeof broadcastBody>): void {
  if (body.frame) feed.broadcast(body.frame);
  if (body.text !== undefined) feed.sendRaw(body.text);
  if (body.base64 !== undefined) feed.sendRaw(Buffer.from(body.base64, 'base64'), { binary: true });
  if (body.binaryFrame) feed.sendBinary(body.binaryFrame);
  if (body.garbage) feed.sendGarbage();
  if (body.oversizedBytes !== undefined) feed.sendOversized(body.oversizedBytes);
}

function statsView(world: World) {
  const { log, byPage, byStatus, reset, ...counts } = world.recorder.stats;
  return {
    ...counts,
    byPage: Object.fromEntries(byPage),
    byStatus: Object.fromEntries(byStatus),
    feed: feedCounts(world),
  };
}
