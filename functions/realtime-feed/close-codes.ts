import type { Ending } from '#core/feed/feed-socket.ts';

/**
 * What to do once a socket has ended. `rest`: trying again soon changes nothing (a redirect, a wrong address, no
 * right to be here), so polling alone carries the load for an hour.
 */
export const FeedAction = { reconnect: 'reconnect', renewToken: 'renew_token', rest: 'rest' } as const;
export type FeedAction = (typeof FeedAction)[keyof typeof FeedAction];

/** Close codes of RFC 6455 and the registry, each with what it means for us. */
const CLOSE_CODES: Readonly<Record<number, FeedAction>> = {
  1000: FeedAction.reconnect, // normal: the server is done with this connection, not with us
  1001: FeedAction.reconnect, // going away: it restarts
  1002: FeedAction.reconnect, // protocol error
  1003: FeedAction.rest, // it takes no text, which is all that we send
  1004: FeedAction.reconnect, // reserved
  1005: FeedAction.reconnect, // a close frame without a code
  1006: FeedAction.reconnect, // broken off
  1007: FeedAction.reconnect, // text that is no UTF-8
  1008: FeedAction.renewToken, // policy: says the contract, the token
  1009: FeedAction.reconnect, // a frame above the limit
  1010: FeedAction.rest, // it wants an extension; we have none
  1011: FeedAction.reconnect, // internal error
  1012: FeedAction.reconnect, // restarts
  1013: FeedAction.reconnect, // try again later
  1014: FeedAction.reconnect, // bad gateway
  1015: FeedAction.reconnect, // TLS
};

/** Statuses that pass by themselves, though they are no 5xx. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 421, 423, 425, 429]);

/** Codes from 4400 to 4499 say what the HTTP status with the same last three digits says. */
const HTTP_CODES = { from: 4400, to: 4499, offset: 4000 };

/** What a close code asks for. One that is not known is tried again: the waits grow by themselves. */
export function actionOnClose(code: number): FeedAction {
  if (code >= HTTP_CODES.from && code <= HTTP_CODES.to) return actionOnStatus(code - HTTP_CODES.offset);
  return CLOSE_CODES[code] ?? FeedAction.reconnect;
}

/** What an HTTP status in place of the upgrade asks for. */
export function actionOnStatus(status: number): FeedAction {
  if (status === 401) return FeedAction.renewToken;
  if (status >= 500 || PASSING.has(status)) return FeedAction.reconnect;
  // A 2xx comes from a proxy that does not know of the upgrade, often only while it starts.
  return status < 300 ? FeedAction.reconnect : FeedAction.rest;
}

/** What the end of a socket asks for. */
export function actionOn(ending: Ending): FeedAction {
  if (ending.kind === 'closed') return actionOnClose(ending.code);
  return ending.kind === 'refused' ? actionOnStatus(ending.status) : FeedAction.reconnect;
}

/** The end of a socket in words for an operator. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'closed':
      return `closed with ${ending.code}`;
    case 'refused':
      return `refused with status ${ending.status}`;
    case 'unreachable':
      return `unreachable: ${ending.cause}`;
    case 'broken':
      return `closed by us with ${ending.code}`;
    case 'zombie':
      return 'zombie: no pong in time';
    case 'ours':
      return 'closed by us';
  }
}
