/** The calls of the control endpoint, as one table; the paths are below `/__control`. */
import { z } from 'zod';
import { switchSchema } from '#local/claude/switches/switch-schema.ts';
import type { World } from '#local/claude/world.ts';
import type { ControlRoute } from '#local/http/control-endpoint.ts';

const switchesBody = z.union([z.array(switchSchema).min(1), switchSchema.transform((one) => [one])]);
const settingsBody = z.strictObject({
  batchSeconds: z.number().min(0).max(172_800).optional(),
  cancelSeconds: z.number().min(0).max(86_400).optional(),
  resultsOrigin: z.url().nullable().optional(),
  limits: z
    .strictObject({
      requests: z.int().min(1),
      inputTokens: z.int().min(1),
      outputTokens: z.int().min(1),
    })
    .optional(),
  enforceLimits: z.boolean().optional(),
  spendLimitUsd: z.number().min(0).nullable().optional(),
  latencyMs: z.number().min(0).max(600_000).optional(),
});
const modelBody = z.strictObject({ lifecycle: z.enum(['active', 'deprecated', 'retired']) });
const finishBody = z.strictObject({ how: z.enum(['ended', 'expired']).optional() });
const timesBody = z.strictObject({ text: z.string() });

const switchRoutes: ControlRoute<World>[] = [
  {
    method: 'GET',
    path: '/switches',
    about: 'switches in force, with hits and what is left',
    run: (world) => ({ switches: listSwitches(world) }),
  },
  {
    method: 'POST',
    path: '/switches',
    about: 'adds a switch, or an array of switches',
    run: (world, { body }) => ({ ids: switchesBody.parse(body).map((one) => world.switches.add(one)) }),
  },
  {
    method: 'DELETE',
    path: '/switches',
    about: 'clears all switches',
    run: (world) => ({ cleared: world.switches.clear() }),
  },
  {
    method: 'DELETE',
    path: '/switches/{id}',
    about: 'clears one switch',
    run: (world, { id }) => (world.switches.clear(Number(id)) === 1 ? { cleared: 1 } : undefined),
  },
];

const settingRoutes: ControlRoute<World>[] = [
  {
    method: 'GET',
    path: '/settings',
    about: 'times of batches, limits, latency',
    run: (world) => world.settings,
  },
  {
    method: 'PATCH',
    path: '/settings',
    about: 'changes some of them; null = none',
    run: (world, { body }) => {
      for (const [name, value] of Object.entries(settingsBody.parse(body)))
        Object.assign(world.settings, { [name]: value ?? undefined });
      return world.settings;
    },
  },
  {
    method: 'PUT',
    path: '/models/{id}',
    about: 'makes a model active, deprecated or retired',
    run: (world, { id, body }) => {
      const { lifecycle } = modelBody.parse(body);
      return world.models.setLifecycle(id, lifecycle) ? { id, lifecycle } : undefined;
    },
  },
];

const batchRoutes: ControlRoute<World>[] = [
  {
    method: 'GET',
    path: '/batches',
    about: 'all batches, the newest first',
    run: (world) => ({
      batches: world.batches.list().map((record) => world.batches.describe(record, '')),
    }),
  },
  {
    method: 'POST',
    path: '/batches/{id}',
    about: 'ends a batch at once: worked off, or {"how":"expired"}',
    run: (world, { id, body }) => {
      const record = world.batches.finish(id, finishBody.parse(body).how);
      return record && world.batches.describe(record, '');
    },
  },
];

const statsRoutes: ControlRoute<World>[] = [
  {
    method: 'GET',
    path: '/stats',
    about: 'requests, tokens, cost, and what was paid twice',
    run: (world) => statsView(world),
  },
  {
    method: 'DELETE',
    path: '/stats',
    about: 'begins to count anew',
    run: (world) => {
      world.recorder.reset();
      return statsView(world);
    },
  },
  {
    method: 'GET',
    path: '/bodies',
    about: 'the last request bodies (?limit=5)',
    run: (world, { query }) => ({ bodies: world.recorder.bodies.slice(-Number(query.get('limit') ?? 5)) }),
  },
  {
    method: 'POST',
    path: '/paid',
    about: 'how often a user’s message, {"text"}, was paid',
    run: (world, { body }) => world.recorder.timesPaid(timesBody.parse(body).text),
  },
];

/** All calls. */
export const CONTROL_ROUTES: readonly ControlRoute<World>[] = [
  ...switchRoutes,
  ...settingRoutes,
  ...batchRoutes,
  ...statsRoutes,
];

/** JSON has no Infinity. */
function listSwitches(world: World) {
  return world.switches
    .list()
    .map(({ left, ...entry }) => ({ ...entry, left: Number.isFinite(left) ? left : 'always' }));
}

function statsView({ recorder }: World) {
  const { requests, inFlight, maxInFlight, byRoute, byStatus, byRouteAndStatus } = recorder;
  const { direct, batch, costUsd } = recorder;
  const paid = { messages: recorder.paid.size, twice: recorder.paidTwice() };
  return {
    requests,
    inFlight,
    maxInFlight,
    byRoute,
    byStatus,
    byRouteAndStatus,
    direct,
    batch,
    costUsd,
    paid,
  };
}
