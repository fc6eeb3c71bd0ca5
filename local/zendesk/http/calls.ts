/** Which of Zendesk's calls a request is. */
import type { WireRequest } from './wire-exchange.ts';

/** The names of the calls, as faults and statistics use them; `unknown` is anything that does not exist. */
export const ROUTE_NAMES = [
  'oauth_token',
  'current_token',
  'me',
  'incremental_tickets',
  'incremental_ticket_events',
  'comments',
  'ticket',
  'tickets',
  'ticket_fields',
  'users',
  'unknown',
] as const;

export type RouteName = (typeof ROUTE_NAMES)[number];

/** A request, taken apart. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly route: RouteName;
  /** The ticket that the path names; 0 where there is none. */
  readonly id: number;
  readonly query: URLSearchParams;
  readonly subdomain: string;
  readonly request: WireRequest;
};

const PATHS: readonly { readonly pattern: RegExp; readonly method: string; readonly route: RouteName }[] = [
  { pattern: /^\/oauth\/tokens(?:\.json)?$/, method: 'POST', route: 'oauth_token' },
  { pattern: /^\/api\/v2\/oauth\/tokens\/current(?:\.json)?$/, method: 'GET', route: 'current_token' },
  { pattern: /^\/api\/v2\/users\/me(?:\.json)?$/, method: 'GET', route: 'me' },
  { pattern: /^\/api\/v2\/users\/show_many(?:\.json)?$/, method: 'GET', route: 'users' },
  {
    pattern: /^\/api\/v2\/incremental\/tickets\/cursor(?:\.json)?$/,
    method: 'GET',
    route: 'incremental_tickets',
  },
  {
    pattern: /^\/api\/v2\/incremental\/ticket_events(?:\.json)?$/,
    method: 'GET',
    route: 'incremental_ticket_events',
  },
  { pattern: /^\/api\/v2\/tickets\/(\d+)\/comments(?:\.json)?$/, method: 'GET', route: 'comments' },
  { pattern: /^\/api\/v2\/tickets\/(\d+)(?:\.json)?$/, method: 'GET', route: 'ticket' },
  { pattern: /^\/api\/v2\/tickets(?:\.json)?$/, method: 'GET', route: 'tickets' },
  { pattern: /^\/api\/v2\/ticket_fields(?:\.json)?$/, method: 'GET', route: 'ticket_fields' },
];

/** Takes a request to an account apart. Never throws: what cannot be read is an unknown call. */
export function readCall(request: WireRequest, subdomain: string): Call {
  const { method, target } = request;
  const [path = '', ...rest] = target.split('?');
  const call = { method, path, query: new URLSearchParams(rest.join('?')), subdomain, request };
  for (const { pattern, method: wanted, route } of PATHS) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (match) return { ...call, route, id: Number(match[1] ?? 0) };
  }
  return { ...call, route: 'unknown', id: 0 };
}

/** True for the exports that share one limit. */
export function isIncremental(route: RouteName): boolean {
  return route === 'incremental_tickets' || route === 'incremental_ticket_events';
}
