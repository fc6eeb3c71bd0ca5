/** Zendesk's failures: four shapes of bodies, so that clients must go by the status. */
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import type { RefusalForm, ZendeskSettings } from '#local/zendesk/settings.ts';

const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };

/** `{"error":"RecordNotFound","description":"Not found"}` and its like. */
export function describedFailure(status: number, error: string, description: string): Draft {
  return { status, json: { error, description } };
}

/** `{"error":{"title","message"}}`. */
function titledFailure(status: number, title: string, message: string): Draft {
  return { status, json: { error: { title, message } } };
}

/** `{"errors":[{"code","title","detail"}]}`. */
export function listedFailure(status: number, code: string, title: string, detail: string): Draft {
  return { status, json: { errors: [{ code, title, detail }] } };
}

/** `{"error":"Couldn't authenticate you"}`. */
export function unauthenticated(): Draft {
  return { status: 401, json: { error: "Couldn't authenticate you" } };
}

export function recordNotFound(): Draft {
  return describedFailure(404, 'RecordNotFound', 'Not found');
}

export function invalidEndpoint(): Draft {
  return describedFailure(404, 'InvalidEndpoint', 'Not found');
}

/** A parameter that cannot be used. */
export function invalidAttribute(name: string, reason: string): Draft {
  return titledFailure(
    400,
    'Invalid attribute',
    `You passed an invalid value for the ${name} attribute. Invalid parameter: ${name} ${reason}`,
  );
}

/** A 403, whose body may be JSON, empty or a page. */
export function forbidden(form: ZendeskSettings['forbiddenBody']): Draft {
  if (form === 'empty') return { status: 403, text: '' };
  if (form === 'html') return htmlPage(403, 'Access denied', 'You do not have access to this page.');
  return titledFailure(
    403,
    'Forbidden',
    'You do not have access to this page. Please contact the account owner of this help desk for further help.',
  );
}

/** A 429. `resetSeconds` is when the minute has room again; `isIncremental` chooses the words. */
export function tooManyRequests(form: RefusalForm, resetSeconds: number, isIncremental: boolean): Draft {
  const retryAfter = form.retryAfter === 'resets' ? resetSeconds : form.retryAfter;
  const headers: Record<string, string> =
    retryAfter === 'absent' ? {} : { 'retry-after': String(retryAfter) };
  if (form.body === 'text') {
    const text = 'Number of allowed API requests per minute exceeded';
    return { status: 429, text, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } };
  }
  const kind = isIncremental ? 'incremental export API' : 'API';
  const description = `Number of allowed ${kind} requests per minute exceeded`;
  return { status: 429, headers, json: { error: 'APIRateLimitExceeded', description } };
}

/** A page for people, as proxies and unknown subdomains answer. */
export function htmlPage(status: number, title: string, text: string): Draft {
  const page = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`;
  return { status, text: page, headers: HTML_TYPE };
}
