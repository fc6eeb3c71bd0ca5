import { lookup } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AtomSyncError, errorName } from '#core/errors.ts';
import { isLoopbackHost } from '#core/loopback-host.ts';
import { isPublicAddress } from '#core/tickets/webhook/public-address.ts';

/** The receiver did not take an event. Every failure is tried again: a receiver that was mended gets what it missed. */
export class WebhookFailedError extends AtomSyncError {
  override readonly name = 'WebhookFailedError';
  readonly code = 'webhook_failed';
  readonly retryable = true;
}

/** Sends one request. @throws WebhookFailedError */
export type PostWebhook = (body: string, headers: Readonly<Record<string, string>>) => Promise<void>;

export type PostWebhookOptions = {
  readonly url: string;
  /** For one attempt. Milliseconds, default 10,000. */
  readonly timeoutMs?: number;
  /** Finds the addresses of a name. @default - the system's */
  readonly resolve?: LookupFunction;
};

const TIMEOUT_MS = 10_000;

/**
 * Makes the one way to a webhook's receiver. A name is connected to by the very addresses that were checked, so that one
 * that changes in between leads nowhere else; an address that is not of the public internet is refused, redirects are
 * not followed, and the answer's body is not read. The loopback is spoken to only where the URL itself names it.
 */
export function createPostWebhook({
  url,
  timeoutMs = TIMEOUT_MS,
  resolve = lookup,
}: PostWebhookOptions): PostWebhook {
  const target = new URL(url);
  const isLocal = isLoopbackHost(target.hostname);
  const address = target.hostname.replace(/^\[(.*)\]$/, '$1');
  return async (body, headers) => {
    if (!isLocal && isIP(address) !== 0 && !isPublicAddress(address)) throw notPublic();
    const status = await send(target, body, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
      ...(!isLocal && { lookup: onlyPublic(resolve) }),
    });
    if (status < 200 || status > 299)
      throw new WebhookFailedError(`The webhook's receiver answered ${status}.`);
  };
}

function send(target: URL, body: string, options: RequestOptions): Promise<number> {
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done, fail) => {
    const call = request(target, options, (response) => {
      response.destroy();
      done(response.statusCode ?? 0);
    });
    call.on('error', (cause) => {
      fail(cause instanceof WebhookFailedError ? cause : unreachable(cause));
    });
    call.end(body);
  });
}

/** Resolves as asked, and refuses a name one of whose addresses is not public. */
function onlyPublic(resolve: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(notPublic(), '', 0);
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(): WebhookFailedError {
  return new WebhookFailedError(
    "The webhook's address is not one of the public internet: nothing is sent there. Change TICKET_WEBHOOK_URL.",
  );
}

function unreachable(cause: Error): WebhookFailedError {
  return new WebhookFailedError(`The webhook's receiver could not be reached: ${errorName(cause)}.`, {
    cause,
  });
}
