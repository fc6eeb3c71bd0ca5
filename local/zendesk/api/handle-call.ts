/** What an honest Zendesk answers to a call. */
import { authenticate, type Caller, mayCallerRead } from '#local/zendesk/access/authenticate.ts';
import type { Account } from '#local/zendesk/account.ts';
import { type Call, isIncremental, type RouteName } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { ticketFieldDefinitions } from '#local/zendesk/tickets/ticket-fields.ts';
import type { World } from '#local/zendesk/world.ts';
import { forbidden, invalidEndpoint, recordNotFound, unauthenticated } from './failures.ts';
import { exportTickets } from './incremental-tickets.ts';
import { issueToken } from './oauth.ts';
import { admit } from './rate-limits.ts';
import { exportTicketEvents } from './ticket-events.ts';
import { listComments, listTickets, showTicket } from './tickets.ts';
import { showCurrentToken, showMe, showUsers } from './users.ts';

/** Which resource a call reads; the others ask for no scope. */
const RESOURCES: Readonly<Partial<Record<RouteName, string>>> = {
  me: 'users',
  users: 'users',
  incremental_tickets: 'tickets',
  incremental_ticket_events: 'tickets',
  comments: 'tickets',
  ticket: 'tickets',
  tickets: 'tickets',
  ticket_fields: 'tickets',
};

/** Authenticates, counts, and answers a call. */
export function handleCall(world: World, account: Account, call: Call): Draft {
  const nowMs = world.clock.now();
  if (call.route === 'oauth_token') return issueToken(account, call, nowMs);
  const { apiTokensEndAt } = world.settings;
  const caller = authenticate(account, call.request.headers.authorization, { nowMs, apiTokensEndAt });
  if (caller.kind === 'anonymous' && !mayBeAnonymous(call, caller)) return unauthenticated();
  const { refusal, headers } = admit(account, call, world.settings, nowMs);
  const draft = refusal ?? answer(world, account, call, caller);
  return { ...draft, headers: { ...headers, ...draft.headers } };
}

/** Asking who one is needs no password; a token that does not work is told, a wrong password is not. */
function mayBeAnonymous({ route }: Call, caller: Caller): boolean {
  return route === 'me' && caller.kind === 'anonymous' && !caller.isBearer;
}

function answer(world: World, account: Account, call: Call, caller: Caller): Draft {
  const { settings } = world;
  const resource = RESOURCES[call.route];
  const isAnonymous = caller.kind === 'anonymous';
  const lacksScope = resource !== undefined && !isAnonymous && !mayCallerRead(caller, resource);
  if (lacksScope || !isRoleEnough(call.route, settings.role)) return forbidden(settings.forbiddenBody);
  const nowMs = world.clock.now();
  switch (call.route) {
    case 'me':
      return showMe(account, caller, settings.role);
    case 'current_token':
      return showCurrentToken(account, caller) ?? recordNotFound();
    case 'users':
      return showUsers(account, call);
    case 'incremental_tickets':
      return exportTickets(world, account, call);
    case 'incremental_ticket_events':
      return exportTicketEvents(world, account, call);
    case 'comments':
      return listComments(account, call, nowMs);
    case 'ticket':
      return showTicket(account, call, nowMs);
    case 'tickets':
      return listTickets(account, call, nowMs);
    case 'ticket_fields':
      return { status: 200, json: ticketFieldsAnswer(account) };
    default:
      return invalidEndpoint();
  }
}

function ticketFieldsAnswer({ base }: Account): Record<string, unknown> {
  const fields = ticketFieldDefinitions(base);
  return { ticket_fields: fields, next_page: null, previous_page: null, count: fields.length };
}

/** Exports are for admins, what agents work with is for agents too. */
function isRoleEnough(route: RouteName, role: 'admin' | 'agent' | 'end-user'): boolean {
  if (isIncremental(route)) return role === 'admin';
  return role !== 'end-user' || route === 'me' || route === 'current_token' || route === 'unknown';
}
