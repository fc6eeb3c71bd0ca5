import * as z from 'zod';
import { callBase, type Query } from '#adapters/http/call-url.ts';
import type { Log } from '#core/log.ts';
import type { SecretSource } from '#core/secret-source.ts';
import { createRequestPace } from '#core/tickets/request-pace.ts';
import type {
  CursorLost,
  PageRequest,
  ReadTicket,
  TicketComments,
  TicketExport,
  TicketPage,
} from '#core/tickets/ticket-export.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { createOAuthAccess, createTokenAccess, ZendeskAuth, type ZendeskCredentials } from './access.ts';
import { type CallDeps, call } from './call.ts';
import { type CommentPage, commentsOf, readCommentPage, type WireComment } from './comment-wire.ts';
import { ZendeskAuthError, ZendeskMalformedError } from './errors.ts';
import { readPage } from './page-wire.ts';
import type { ZendeskRequest } from './request.ts';
import { readTicket } from './ticket-wire.ts';

export type ZendeskDeps = {
  /** `ZENDESK_API_URL`, of one account. */
  readonly baseUrl: string;
  readonly auth: ZendeskAuth;
  readonly credentials: SecretSource<ZendeskCredentials>;
  readonly fetch: typeof fetch;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  /** Milliseconds until this invocation is ended. @default - it is not */
  readonly remainingMs?: () => number;
  /** For one attempt, its body included. Milliseconds, default 60,000: a page of 1,000 tickets takes its time. */
  readonly timeoutMs?: number;
  /** After decompression. Default 64 MiB; a page that is larger is asked for in halves. */
  readonly maxResponseBytes?: number;
  /** Hears of each answer's status, and of `failed` where there was none. */
  readonly onAnswer?: (code: string) => void;
};

const TIMEOUT_MS = 60_000;
const RESERVE_MS = 10_000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Pages are halved down to this. */
const SMALLEST_PAGE = 100;
/** Calls that are no exports, in any 60 s: half of what the smallest plan of Zendesk allows its account. */
const CALLS_PER_MINUTE = 100;
const COMMENTS_PER_PAGE = 100;
/** A ticket has at most 5,000 comments. */
const MAX_COMMENT_PAGES = 60;
/** What a status of a request with a cursor means: that the cursor is of no use any more. */
const CURSOR_LOST: ReadonlySet<number> = new Set([400, 404, 422]);

/**
 * Makes the port to one Zendesk account. To be made once per process: it keeps the OAuth token, and counts the calls that
 * are no exports.
 *
 * @throws TypeError when `baseUrl` is no URL or holds a user name or a password
 * @example
 * const zendesk = createZendesk({ baseUrl: env.ZENDESK_API_URL, auth: 'oauth', credentials, fetch, ...clock, log });
 * const page = await zendesk.page({ from: { startTime: 0 }, pageSize: 1000, pace });
 */
export function createZendesk(deps: ZendeskDeps): TicketExport {
  const { remainingMs = () => Number.POSITIVE_INFINITY, timeoutMs = TIMEOUT_MS, onAnswer } = deps;
  const { maxResponseBytes = MAX_RESPONSE_BYTES } = deps;
  const base = callBase(deps.baseUrl, 'Zendesk');
  const leftMs = () => remainingMs() - RESERVE_MS;
  const open: CallDeps = { ...deps, base, leftMs, timeoutMs, maxResponseBytes, onAnswer };
  const others = createRequestPace(
    { ...deps, remainingMs, perMinute: CALLS_PER_MINUTE },
    { requestTimes: [] },
  );
  const requestToken = <T>(request: ZendeskRequest<T>) =>
    call(open, { request: () => request, pace: others });
  const authorize =
    deps.auth === ZendeskAuth.oauth ? createOAuthAccess({ ...deps, requestToken }) : createTokenAccess(deps);
  const core = { ...open, authorize };
  const get = <T>(request: ZendeskRequest<T>) => call(core, { request: () => request, pace: others });
  return {
    page: (request) => readExport(core, request),
    ticket: (id, signal) => get(ticketRequest(id, signal)),
    comments: (id, signal) => readComments(get, id, signal),
    checkConnection: (signal) => get(meRequest(signal)),
  };
}

async function readExport(deps: CallDeps, asked: PageRequest): Promise<TicketPage | CursorLost> {
  const { from, pace, signal } = asked;
  let { pageSize } = asked;
  const start: Query =
    'cursor' in from
      ? { cursor: from.cursor }
      : { start_time: Math.floor(Math.max(0, from.startTime) / 1000) };
  return call<TicketPage | CursorLost>(deps, {
    pace,
    request: () => ({
      path: '/api/v2/incremental/tickets/cursor.json',
      query: { ...start, per_page: pageSize },
      shown: 'GET /api/v2/incremental/tickets/cursor.json',
      parse: (json) => readPage(json, pageSize),
      meaning: (status) =>
        'cursor' in from && CURSOR_LOST.has(status) ? { value: { kind: 'cursor_lost', status } } : undefined,
      signal,
    }),
    shrink: () => {
      if (pageSize <= SMALLEST_PAGE) return false;
      pageSize = Math.max(SMALLEST_PAGE, Math.floor(pageSize / 2));
      return true;
    },
  });
}

const showSchema = z.object({ ticket: z.unknown() });

function ticketRequest(id: string, signal: AbortSignal | undefined): ZendeskRequest<ReadTicket | undefined> {
  return {
    path: `/api/v2/tickets/${encodeURIComponent(id)}.json`,
    shown: 'GET /api/v2/tickets/{id}.json',
    parse: (json) => {
      const { success, data } = showSchema.safeParse(json);
      if (!success) throw new ZendeskMalformedError('its answer held no ticket');
      return readTicket(data.ticket);
    },
    meaning: goneIf404,
    signal,
  };
}

type Get = <T>(request: ZendeskRequest<T>) => Promise<T>;

async function readComments(
  get: Get,
  id: string,
  signal: AbortSignal | undefined,
): Promise<TicketComments | undefined> {
  const comments: WireComment[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MAX_COMMENT_PAGES; pages += 1) {
    const page = await get(commentsRequest(id, after, signal));
    if (page === undefined) return undefined;
    comments.push(...page.comments);
    if (page.after === undefined) break;
    if (page.after === after) throw new ZendeskMalformedError('its comments gave the same cursor twice');
    after = page.after;
  }
  return commentsOf(comments);
}

function commentsRequest(
  id: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): ZendeskRequest<CommentPage | undefined> {
  return {
    path: `/api/v2/tickets/${encodeURIComponent(id)}/comments.json`,
    query: { 'page[size]': COMMENTS_PER_PAGE, sort: 'created_at', ...(after && { 'page[after]': after }) },
    shown: 'GET /api/v2/tickets/{id}/comments.json',
    parse: readCommentPage,
    meaning: goneIf404,
    signal,
  };
}

/** A ticket that was deleted answers 404, which ends nothing. */
function goneIf404(status: number): { readonly value: undefined } | undefined {
  return status === 404 ? { value: undefined } : undefined;
}

const meSchema = z.object({ user: z.object({ id: z.unknown() }) });

/** Whoever has a wrong password is answered 200 as well: as a user without an id. */
function meRequest(signal: AbortSignal | undefined): ZendeskRequest<void> {
  return {
    path: '/api/v2/users/me.json',
    shown: 'GET /api/v2/users/me.json',
    parse: (json) => {
      const { success, data } = meSchema.safeParse(json);
      if (!success) throw new ZendeskMalformedError('its answer held no user');
      if (data.user.id === null || data.user.id === undefined) {
        throw new ZendeskAuthError(
          'Zendesk took us for nobody in particular ("Anonymous user"): the credentials are wrong. Put valid ones into the secret of the stack’s output ZendeskSecretArn.',
        );
      }
    },
    signal,
  };
}
