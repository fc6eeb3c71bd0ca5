import * as z from 'zod';
import type { FeedControl } from '#core/feed/feed-state.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { presentFeed, wireFeed } from '#functions/admin-api/present/present-feed.ts';
import { emptyBody, failure, success } from '#functions/admin-api/present/wire-schemas.ts';

const feedAnswer = z.object({ success, websocket: wireFeed });
const notDeployed = '`feed_not_deployed`: this deployment has no real-time feed.';

const getFeed = defineRoute({
  method: 'GET',
  path: '/api/admin/websocket/status',
  level: Level.supervised,
  operationId: 'getFeedStatus',
  summary: 'Whether the real-time feed is connected, and what came of it.',
  tag: 'websocket',
  responses: { 200: { description: 'The feed now.', schema: feedAnswer } },
  handle: async (_input, services) => ({ status: 200, body: await present(services) }),
});

const reconnect = defineRoute({
  method: 'POST',
  path: '/api/admin/websocket/reconnect',
  level: Level.autonomous,
  operationId: 'reconnectFeed',
  summary: 'Connects the real-time feed anew, within 10 seconds.',
  description: 'Also ends the quiet hour of a feed that has used up its attempts.',
  tag: 'websocket',
  body: emptyBody,
  responses: {
    200: { description: 'Asked for: `reconnect_requested_at`.', schema: feedAnswer },
    409: { description: `${notDeployed} \`feed_disabled\`: enable it first.`, schema: failure },
  },
  async handle(_input, services) {
    requireFeed(services);
    const feed = await services.feed.read();
    if (!feed.control.enabled) {
      const message = 'The feed is switched off: POST /api/admin/websocket/enable connects it.';
      throw new ApiError(409, 'feed_disabled', message);
    }
    return control(services, { reconnectRequestedAt: services.now() });
  },
});

const disable = defineRoute({
  method: 'POST',
  path: '/api/admin/websocket/disable',
  level: Level.autonomous,
  operationId: 'disableFeed',
  summary: 'Closes the real-time feed within 10 seconds and keeps it closed.',
  description: 'Polling goes on. A feed that is switched off is not lost: health does not mind.',
  tag: 'websocket',
  body: emptyBody,
  responses: {
    200: { description: 'Asked for: `enabled` is false.', schema: feedAnswer },
    409: { description: notDeployed, schema: failure },
  },
  handle: async (_input, services) => control(services, { enabled: false }),
});

const enable = defineRoute({
  method: 'POST',
  path: '/api/admin/websocket/enable',
  level: Level.autonomous,
  operationId: 'enableFeed',
  summary: 'Lets the real-time feed connect again, within 10 seconds.',
  tag: 'websocket',
  body: emptyBody,
  responses: {
    200: { description: 'Asked for: `enabled` is true.', schema: feedAnswer },
    409: { description: notDeployed, schema: failure },
  },
  handle: async (_input, services) => control(services, { enabled: true }),
});

export const feedRoutes: readonly Route[] = [getFeed, reconnect, disable, enable];

/** Writes what is wanted of the feed, which its task reads every few seconds, and answers the feed as it is now. */
async function control(services: Services, change: Partial<FeedControl>) {
  requireFeed(services);
  await services.feed.control(change);
  return { status: 200, body: await present(services) };
}

async function present({ feed, settings, now }: Services) {
  return { success: true, websocket: presentFeed(await feed.read(), settings.feed, now()) };
}

function requireFeed({ settings }: Services): void {
  if (settings.feed.deployed) return;
  const message =
    'This deployment has no real-time feed: ATOM_SAAS_WS_ENABLED or ATOM_SAAS_ENABLED is false.';
  throw new ApiError(409, 'feed_not_deployed', message);
}
