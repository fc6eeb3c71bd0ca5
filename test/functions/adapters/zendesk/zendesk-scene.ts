import { createZendesk as createAdapter, type ZendeskDeps } from '#adapters/zendesk/zendesk.ts';
import type { Log } from '#core/log.ts';
import { createRequestPace } from '#core/tickets/request-pace.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export const NOW = Date.parse('2026-11-27T10:00:00Z');

/** What one request is answered with: a status with JSON, an answer, or a failure of the connection. */
export type Reply =
  | (() => Response)
  | Error
  | readonly [status: number, json: unknown, headers?: Record<string, string>];

/** A request that left. */
type Sent = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
};

/** The adapter, answered reply by reply; the last one again and again. The clock runs by itself. */
export function createAdapterScene(replies: readonly Reply[], options: Partial<ZendeskDeps> = {}) {
  const clock = createVirtualClock(NOW);
  const sent: Sent[] = [];
  const lines: string[] = [];
  const line = (message: string, ...facts: unknown[]) => void lines.push(JSON.stringify([message, ...facts]));
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push({
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: await request.text(),
    });
    const reply = replies[Math.min(sent.length, replies.length) - 1]!;
    if (reply instanceof Error) throw reply;
    if (typeof reply === 'function') return reply();
    const [status, json, headers] = reply;
    return new Response(JSON.stringify(json), { status, headers: headers ?? {} });
  };
  const credentials = {
    client_id: 'client',
    client_secret: 's3cret',
    email: 'ann@example.com',
    api_token: 't0ken',
  };
  const zendesk = createAdapter({
    baseUrl: 'https://atom.zendesk.com',
    auth: 'token',
    credentials: async () => credentials,
    fetch,
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    log,
    ...options,
  });
  const endless = { ...clock, remainingMs: () => Number.POSITIVE_INFINITY, perMinute: 30 };
  const pace = createRequestPace(endless, { requestTimes: [] });
  return {
    clock,
    sent,
    lines,
    zendesk,
    pace,
    passed: () => clock.now() - NOW,
    page: (from: Parameters<typeof zendesk.page>[0]['from'], pageSize = 1_000) =>
      clock.run(zendesk.page({ from, pageSize, pace })),
    run: clock.run,
  };
}

/** The body of a page. */
export const PAGE = { tickets: [], after_cursor: 'abc==', end_of_stream: true };

/** What a promise fails with. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error,
  );
}
