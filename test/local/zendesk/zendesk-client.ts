/** A plain client of the simulator without a socket, for its own tests. */
import { DEFAULT_API_TOKEN, DEFAULT_CLIENT } from '#local/zendesk/account.ts';
import type { TicketInput } from '#local/zendesk/tickets/stored-ticket.ts';
import type { WireTicket } from '#local/zendesk/tickets/wire-ticket.ts';
import { createZendesk, type ZendeskCore, type ZendeskOptions } from '#local/zendesk/zendesk.ts';

const BASE = 'https://atom.zendesk.com';
export const EXPORT = '/api/v2/incremental/tickets/cursor.json';
/** The time that tests begin at. */
const START_MS = Date.UTC(2026, 10, 27, 10);
export const START_SECONDS = START_MS / 1000;

/** An answer, its JSON parsed. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  readonly body: any;
};

/** A simulator on a clock of the test's own, and the means to call it. */
export type Scene = {
  readonly zendesk: ZendeskCore;
  /** Moves the clock that the simulator follows. */
  readonly pass: (seconds: number) => void;
  /** One request as an admin with an API token, unless the headers say otherwise. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Answer>;
  /** Pages of the export from a place on until its end. */
  readonly walk: (query: string) => Promise<Answer[]>;
};

/** The header of a user with an API token. */
export function basic(email: string, apiToken: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}` };
}

/** Starts a scene; without limits unless the options set some. */
export function createScene(options: ZendeskOptions = {}): Scene {
  let nowMs = START_MS;
  const settings = { incrementalPerMinute: 'off', accountPerMinute: 'off', ...options.settings } as const;
  const zendesk = createZendesk({
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    ...options,
    settings,
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const url = path.startsWith('https:') ? path : BASE + path;
    const headers = { ...basic(DEFAULT_API_TOKEN.email, DEFAULT_API_TOKEN.apiToken), ...init.headers };
    return toAnswer(await zendesk.fetch(url, { ...init, headers }));
  };
  const walk = async (query: string) => {
    const pages: Answer[] = [];
    for (let path = `${EXPORT}?${query}`; pages.length < 1000; path = pages.at(-1)?.body.after_url) {
      const page = await ask(path);
      if (page.status !== 200) throw new Error(`The export answered ${page.status}: ${page.text}`);
      pages.push(page);
      if (page.body.end_of_stream) break;
    }
    return pages;
  };
  const pass = (seconds: number) => {
    nowMs += seconds * 1000;
  };
  return { zendesk, pass, ask, walk };
}

export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  const isJson = headers.get('content-type')?.startsWith('application/json') === true;
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}

/** Asks for a token as the default client, with what differs. */
export function tokenRequest(more: Record<string, unknown> = {}): RequestInit {
  const { clientId, clientSecret } = DEFAULT_CLIENT;
  const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, scope: 'read', ...more }),
  };
}

/** The header of a fresh token. */
export async function bearer(scene: Scene, more: Record<string, unknown> = {}) {
  const { body } = await scene.ask('/oauth/tokens', tokenRequest({ expires_in: 1800, ...more }));
  return { authorization: `Bearer ${body.access_token}` };
}

/** `count` tickets, one a minute, the last an hour before the start. */
export function plainTickets(count: number): TicketInput[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    created_at: new Date(START_MS - 3_600_000 - (count - index) * 60_000).toISOString(),
  }));
}

/** The ids of pages' tickets, in their order. */
export function idsOf(...pages: readonly Answer[]): number[] {
  return pages.flatMap(({ body }) => body.tickets.map(({ id }: WireTicket) => id));
}
