/** One account of Zendesk, which is one subdomain: its tickets, its users, and who may call. */
import { createMinuteWindow, type MinuteWindow } from '#local/http/minute-window.ts';
import { Access, type ApiTokenUser, type OAuthClient } from './access/access.ts';
import { generateArrival, generateTickets, type TicketTruth } from './generate/generate-tickets.ts';
import { newTicket } from './tickets/new-ticket.ts';
import type { TicketInput } from './tickets/stored-ticket.ts';
import { TicketStore } from './tickets/ticket-store.ts';

/** What an account can be started with. */
export type AccountOptions = {
  /** Default 'atom'. */
  readonly subdomain?: string;
  /** Generated tickets, so many; or given ones. Default 0. */
  readonly tickets?: number | Iterable<TicketInput>;
  /** Over so many days, up to now, the generated tickets are spread. Default 35. */
  readonly days?: number;
  /** Default: one client that may read, `DEFAULT_CLIENT`. */
  readonly clients?: readonly OAuthClient[];
  /** Default: one, `DEFAULT_API_TOKEN`. */
  readonly apiTokens?: readonly ApiTokenUser[];
};

export const DEFAULT_SUBDOMAIN = 'atom';
export const DEFAULT_CLIENT = {
  clientId: 'atom-sync',
  clientSecret: 'local-zendesk-secret',
} as const satisfies OAuthClient;
export const DEFAULT_API_TOKEN = {
  email: 'admin@example.com',
  apiToken: 'local-zendesk-api-token',
} as const satisfies ApiTokenUser;

export type Account = {
  readonly subdomain: string;
  /** How the account calls itself in its answers, e.g. `https://atom.zendesk.com`. */
  readonly base: string;
  readonly store: TicketStore;
  readonly suspended: Set<number>;
  readonly access: Access;
  readonly arrival: (atSeconds: number) => TicketInput;
  /** What is known of generated tickets, by their ids. */
  readonly truth: Map<number, TicketTruth>;
  /** Calls of the last minute that were let through. */
  readonly admitted: { readonly all: MinuteWindow; readonly incremental: MinuteWindow };
};

/** Makes an account; the same seed and the same time make the same. */
export function createAccount(options: AccountOptions, seed: number, nowMs: number): Account {
  const { subdomain = DEFAULT_SUBDOMAIN, tickets = 0, days = 35 } = options;
  const store = new TicketStore();
  const truth = new Map<number, TicketTruth>();
  const put = (input: TicketInput) => {
    const ticket = newTicket(input, { id: store.nextId(), at: Math.floor(nowMs / 1000) - 3600 });
    store.put(ticket);
    return ticket.id;
  };
  if (typeof tickets === 'number') {
    for (const generated of generateTickets({ seed, count: tickets, days, nowMs }))
      truth.set(put(generated.ticket), generated.truth);
  } else {
    for (const input of tickets) put(input);
  }
  let arrivals = 0;
  return {
    subdomain,
    base: `https://${subdomain}.zendesk.com`,
    store,
    suspended: new Set(),
    truth,
    access: new Access({
      clients: options.clients ?? [DEFAULT_CLIENT],
      apiTokens: options.apiTokens ?? [DEFAULT_API_TOKEN],
      seed,
    }),
    arrival: (atSeconds) => {
      const generated = generateArrival({ seed, index: arrivals, atSeconds });
      arrivals += 1;
      truth.set(store.nextId(), generated.truth);
      return generated.ticket;
    },
    admitted: { all: createMinuteWindow(), incremental: createMinuteWindow() },
  };
}
