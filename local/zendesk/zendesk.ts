/**
 * Zendesk without a socket: its calls as a function and as a `fetch`, deterministic from one seed, on a clock that is
 * given, and able to misbehave in every way. `server.ts` puts it behind real HTTP; `README.md` shows it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { answerControl, isControlPath } from '#local/http/control-endpoint.ts';
import { type Account, type AccountOptions, createAccount } from './account.ts';
import { type Clock, createClock } from './clock.ts';
import { CONTROL_ROUTES } from './control/control-routes.ts';
import { Faults } from './faults/faults.ts';
import type { TicketTruth } from './generate/generate-tickets.ts';
import { createMemoryFetch } from './http/memory-fetch.ts';
import { respond } from './http/respond.ts';
import type { WireAnswer, WireRequest } from './http/wire-exchange.ts';
import { DEFAULT_SETTINGS, type ZendeskSettings } from './settings.ts';
import { Recorder, type Stats } from './stats.ts';
import { applyOperation } from './tickets/apply-operation.ts';
import type { StoredTicket } from './tickets/stored-ticket.ts';
import type { TicketOperation } from './tickets/ticket-operation.ts';
import type { World } from './world.ts';

/** Options of `createZendesk`; every one may be left out. Those of an account are for the first account. */
export type ZendeskOptions = AccountOptions & {
  /** Further accounts, each with a subdomain and tickets of its own. */
  readonly others?: readonly (AccountOptions & { readonly subdomain: string })[];
  /** Decides the generated tickets and the tokens. Default 1. */
  readonly seed?: number;
  /** The clock that the simulator's own follows, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** The time that the generated tickets end at, epoch milliseconds. Default: that of the clock. */
  readonly generatedAtMs?: number;
  /** Waits where an answer is to be slow. Default: really. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** What differs from `DEFAULT_SETTINGS`. */
  readonly settings?: Partial<ZendeskSettings>;
  /** Hears of each operation, its time in it, once it is applied and before anybody is answered: the place to write it
   * down. */
  readonly onOperation?: (subdomain: string, operation: TicketOperation) => void;
};

/** What a program can do with one account. */
type AccountControls = {
  readonly subdomain: string;
  /** Applies an operation; answers the ids of the tickets that it made or changed. */
  operate(operation: TicketOperation): number[];
  ticket(id: number): StoredTicket | undefined;
  /** All tickets, in the order of the export. */
  tickets(): readonly StoredTicket[];
  /** What is known of a generated ticket: the issue that it is about, its language, what is planted in it. */
  truth(id: number): TicketTruth | undefined;
  /** Lets one token, or all that were given out so far, expire. Answers how many did. */
  expireTokens(token?: string): number;
};

/** A simulator without a server. */
export type ZendeskCore = AccountControls & {
  /** Answers calls to `https://{subdomain}.zendesk.com`, and any other host of that domain with 404. */
  readonly fetch: typeof fetch;
  /** Answers a request to an account; without one, the subdomain does not exist. */
  respond(request: WireRequest, subdomain?: string): Promise<WireAnswer>;
  /** The controls of another account. Throws a RangeError when there is none of that name. */
  account(subdomain: string): AccountControls;
  readonly clock: Clock;
  readonly faults: Faults;
  /** May be changed at any time. */
  readonly settings: ZendeskSettings;
  readonly stats: Stats;
  /** Everything, for the server's control endpoint. */
  readonly world: World;
};

/**
 * Makes a Zendesk.
 *
 * @example
 * const zendesk = createZendesk({ tickets: 40, now: clock.now });
 * zendesk.faults.add({ kind: 'rate_limit', retryAfter: 93, route: 'incremental_tickets' });
 * zendesk.operate({ op: 'delete', ids: [zendesk.tickets()[0].id] });
 * // … sync with zendesk.fetch from https://atom.zendesk.com …
 */
export function createZendesk(options: ZendeskOptions = {}): ZendeskCore {
  const world = createWorld(options);
  const [first] = world.accounts.values();
  if (first === undefined) throw new RangeError('There is no account.');
  const find = (subdomain: string) => {
    const account = world.accounts.get(subdomain);
    if (account === undefined) throw new RangeError(`There is no account ${subdomain}.`);
    return account;
  };
  const answerTo = (request: WireRequest, subdomain?: string) =>
    respond(world, subdomain === undefined ? undefined : world.accounts.get(subdomain), request);
  return {
    ...controlsOf(world, first),
    fetch: createMemoryFetch(
      (request) => answerInMemory(world, request),
      (url) => world.recorder.stray(url),
    ),
    respond: answerTo,
    account: (subdomain) => controlsOf(world, find(subdomain)),
    clock: world.clock,
    faults: world.faults,
    settings: world.settings,
    stats: world.recorder,
    world,
  };
}

function createWorld(options: ZendeskOptions): World {
  const { seed = 1, others = [], onOperation } = options;
  const clock = createClock(options.now ?? Date.now);
  const generatedAtMs = options.generatedAtMs ?? clock.now();
  const accounts = [options, ...others].map((account, index) =>
    createAccount(account, seed + index, generatedAtMs),
  );
  const sleep = options.sleep ?? ((ms: number) => delay(ms, undefined, { ref: false }));
  return {
    clock,
    sleep,
    accounts: new Map(accounts.map((account) => [account.subdomain, account])),
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    faults: new Faults(),
    recorder: new Recorder(clock.now),
    operate: (account, operation) => {
      const timed = { ...operation, at: operation.at ?? clock.seconds() };
      const ids = applyOperation(account, timed, timed.at);
      onOperation?.(account.subdomain, timed);
      return ids;
    },
  };
}

function controlsOf(world: World, account: Account): AccountControls {
  const { subdomain, store, access, truth } = account;
  return {
    subdomain,
    operate: (operation) => world.operate(account, operation),
    ticket: (id) => store.get(id),
    tickets: () => store.ordered(),
    truth: (id) => truth.get(id),
    expireTokens: (token) => access.expire(token),
  };
}

/** `https://{subdomain}.zendesk.com/__control` is the control endpoint; other domains are not ours. */
function answerInMemory(world: World, request: WireRequest): Promise<WireAnswer> | undefined {
  const [, subdomain] = /^([a-z\d-]+)\.zendesk\.com$/.exec(request.host) ?? [];
  if (subdomain === undefined) return undefined;
  const account = world.accounts.get(subdomain);
  if (account === undefined || !isControlPath(request.target)) return respond(world, account, request);
  const { method, target, body } = request;
  const answer = answerControl(CONTROL_ROUTES, { world, account }, { method, url: target, text: body });
  return Promise.resolve({ ...answer, end: { kind: 'whole' } });
}
