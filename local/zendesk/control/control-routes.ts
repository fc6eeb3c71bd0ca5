/** The calls of the control endpoint, as one table; the paths are below `/__control`, for the account that is called. */
import type { z } from 'zod';
import { type ControlRoute, createRouteMaker } from '#local/http/control-endpoint.ts';
import type { Account } from '#local/zendesk/account.ts';
import { renderComments, renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { World } from '#local/zendesk/world.ts';
import {
  advanceBody,
  clockBody,
  expireBody,
  faultsBody,
  operationsBody,
  settingsBody,
} from './control-schemas.ts';

/** What a call works on. */
type Controlled = { readonly world: World; readonly account: Account };

const withBody = createRouteMaker<Controlled>();

const faultRoutes: ControlRoute<Controlled>[] = [
  {
    method: 'GET',
    path: '/faults',
    about: 'faults in force, with hits and what is left',
    run: ({ world }) => ({ faults: listFaults(world) }),
  },
  withBody('POST /faults', 'adds a fault, or an array of faults', faultsBody, ({ world }, faults) => ({
    ids: faults.map((fault) => world.faults.add(fault)),
  })),
  {
    method: 'DELETE',
    path: '/faults',
    about: 'clears all faults',
    run: ({ world }) => ({ cleared: world.faults.clear() }),
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    about: 'clears one fault',
    run: ({ world }, { id }) => (world.faults.clear(Number(id)) === 1 ? { cleared: 1 } : undefined),
  },
];

const ticketRoutes: ControlRoute<Controlled>[] = [
  {
    method: 'GET',
    path: '/tickets',
    about: 'how many there are, and the last ids of the export (?limit=10)',
    run: ({ account }, { query }) => ({
      subdomain: account.subdomain,
      tickets: account.store.size,
      ids: account.store
        .ordered()
        .slice(-Math.max(1, Number(query.get('limit') ?? 10)))
        .map(({ id }) => id),
    }),
  },
  withBody(
    'POST /tickets',
    'one operation or several: create, arrive, update, system_update, comment, delete, restore, scrub, merge, mark_as_spam, archive, redact',
    operationsBody,
    ({ world, account }, operations) => ({
      ids: operations.flatMap((operation) => world.operate(account, operation)),
    }),
  ),
  {
    method: 'GET',
    path: '/tickets/{id}',
    about: 'a ticket with its comments and what was planted in it, deleted ones too',
    run: ({ account }, { id }) => showTicket(account, Number(id)),
  },
  {
    method: 'GET',
    path: '/truth',
    about: 'what each generated ticket is about',
    run: ({ account }) => ({ truth: Object.fromEntries(account.truth) }),
  },
];

const settingRoutes: ControlRoute<Controlled>[] = [
  {
    method: 'GET',
    path: '/settings',
    about: 'limits, roles, delays',
    run: ({ world }) => settingsView(world),
  },
  withBody('PATCH /settings', 'changes some of them', settingsBody, ({ world }, settings) => {
    changeSettings(world, settings);
    return settingsView(world);
  }),
  {
    method: 'GET',
    path: '/clock',
    about: 'the time, and how far it is ahead',
    run: ({ world }) => clockView(world),
  },
  withBody('PUT /clock', 'sets the clock; it goes on from there', clockBody, ({ world }, { time }) => {
    world.clock.set(Date.parse(time));
    return clockView(world);
  }),
  withBody('POST /clock/advance', 'moves the clock by milliseconds', advanceBody, ({ world }, { ms }) => {
    world.clock.advance(ms);
    return clockView(world);
  }),
  {
    method: 'GET',
    path: '/tokens',
    about: 'OAuth tokens given out',
    run: ({ account }) => ({ tokens: account.access.issuedTokens() }),
  },
  withBody('POST /tokens/expire', 'lets one token, or all, expire', expireBody, ({ account }, { token }) => ({
    expired: account.access.expire(token),
  })),
];

const statRoutes: ControlRoute<Controlled>[] = [
  {
    method: 'GET',
    path: '/stats',
    about: 'what was asked for and answered',
    run: ({ world }) => statsView(world),
  },
  {
    method: 'DELETE',
    path: '/stats',
    about: 'counts from zero',
    run: ({ world }) => {
      world.recorder.reset();
      return statsView(world);
    },
  },
  {
    method: 'GET',
    path: '/log',
    about: 'the last requests (?limit=100)',
    run: ({ world }, { query }) => ({
      log: world.recorder.log.slice(-Math.max(1, Number(query.get('limit') ?? 100))),
    }),
  },
];

/** Every call of the control endpoint. */
export const CONTROL_ROUTES: readonly ControlRoute<Controlled>[] = [
  ...faultRoutes,
  ...ticketRoutes,
  ...settingRoutes,
  ...statRoutes,
];

function listFaults({ faults }: World) {
  return faults.list().map(({ left, ...entry }) => ({
    ...entry,
    left: Number.isFinite(left) ? left : 'always',
  }));
}

function showTicket(account: Account, id: number) {
  const stored = account.store.get(id);
  if (stored === undefined) return undefined;
  return {
    ticket: renderTicket(stored, account.base),
    comments: renderComments(stored, account.base),
    truth: account.truth.get(id) ?? null,
  };
}

function changeSettings({ settings }: World, change: z.infer<typeof settingsBody>): void {
  const { apiTokensEndAt, timeoutAbovePageSize, ...rest } = change;
  Object.assign(settings, rest);
  if (apiTokensEndAt !== undefined) settings.apiTokensEndAt = Date.parse(apiTokensEndAt);
  if (timeoutAbovePageSize !== undefined) settings.timeoutAbovePageSize = timeoutAbovePageSize ?? undefined;
}

function settingsView({ settings }: World) {
  const { apiTokensEndAt, timeoutAbovePageSize = null } = settings;
  return { ...settings, timeoutAbovePageSize, apiTokensEndAt: new Date(apiTokensEndAt).toISOString() };
}

function clockView({ clock }: World) {
  return { time: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs() };
}

function statsView({ recorder }: World) {
  const { requests, byRoute, byStatus, strays } = recorder;
  return {
    requests,
    byRoute,
    byStatus,
    strays,
    maxPerMinute: recorder.maxPerMinute(),
    maxIncrementalPerMinute: recorder.maxPerMinute('incremental'),
  };
}
