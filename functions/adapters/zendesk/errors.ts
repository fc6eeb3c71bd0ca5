import { AtomSyncError } from '#core/errors.ts';

/** Base of what goes wrong between us and Zendesk. No message holds a token, a header or a payload. */
abstract class ZendeskError extends AtomSyncError {
  abstract override readonly name: string;
}

/** The credentials are missing or refused: only an operator can mend it. */
export class ZendeskAuthError extends ZendeskError {
  override readonly name = 'ZendeskAuthError';
  readonly code = 'zendesk_auth';
  readonly retryable = false;
}

/** The credentials are good, and may not read this. */
export class ZendeskForbiddenError extends ZendeskError {
  override readonly name = 'ZendeskForbiddenError';
  readonly code = 'zendesk_forbidden';
  readonly retryable = false;
}

/** There is no Zendesk at this address. */
export class ZendeskNotFoundError extends ZendeskError {
  override readonly name = 'ZendeskNotFoundError';
  readonly code = 'zendesk_not_found';
  readonly retryable = false;
}

/** A refusal that no retry mends; `status` tells which. */
export class ZendeskRefusedError extends ZendeskError {
  override readonly name = 'ZendeskRefusedError';
  readonly code = 'zendesk_refused';
  readonly retryable = false;
  readonly status: number;
  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** No whole answer, or one that says that the server is not well. */
export class ZendeskUnavailableError extends ZendeskError {
  override readonly name = 'ZendeskUnavailableError';
  readonly code = 'zendesk_unavailable';
  readonly retryable = true;
}

/** An answer that is not what the wire says: no JSON, or JSON of the wrong shape. */
export class ZendeskMalformedError extends ZendeskError {
  override readonly name = 'ZendeskMalformedError';
  readonly code = 'zendesk_malformed';
  readonly retryable = true;
}

const WHERE = 'Set ZENDESK_SUBDOMAIN (or ZENDESK_API_URL) to the account’s own.';

/** 404 with a page for people: no account has this name. */
export function noSuchAccount(host: string): ZendeskNotFoundError {
  return new ZendeskNotFoundError(`There is no Zendesk account at ${host} (404). ${WHERE}`);
}

/** A redirect is not followed, since the credentials would go along. */
export function redirectedElsewhere(host: string, status: number): ZendeskNotFoundError {
  return new ZendeskNotFoundError(
    `${host} sends its callers to another address (${status}), as Zendesk does for accounts that are closed or renamed. ${WHERE}`,
  );
}

/** 403. */
export function needsAdmin(shown: string): ZendeskForbiddenError {
  return new ZendeskForbiddenError(
    `Zendesk does not allow ${shown} (403): the export needs an admin. Use an OAuth client or an API token of an admin, with the scope "read".`,
  );
}

/** 401, also with credentials read anew. */
export function refusedCredentials(shown: string): ZendeskAuthError {
  return new ZendeskAuthError(
    `Zendesk refused the credentials for ${shown} (401), also after they were read anew. Put valid ones into the secret of the stack’s output ZendeskSecretArn.`,
  );
}
