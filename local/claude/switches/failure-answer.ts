/** The answers that switches give in place of the work. */
import { errorAnswer, type Problem } from '#local/claude/http/api-error.ts';
import type { ClaudeAnswer, LostAnswer } from '#local/claude/http/wire.ts';
import type { Failure, Loss } from './switches.ts';

const TOO_LARGE_PAGE =
  '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n';

/** The message of the API when the customer's own spend limit is reached, which is a 400. */
export const SPEND_LIMIT: Problem = {
  type: 'invalid_request_error',
  message:
    'You have reached your specified API usage limits. You will regain access at the start of next month.',
};

const TIER_CAP_MESSAGE = 'Your organization has reached the monthly API usage threshold of its tier.';

/** What a failure's switch answers. @param nowMs for a `retry-after` that is a date */
export function failureAnswer(failure: Failure, requestId: string, nowMs: number): ClaudeAnswer {
  const answer = (problem: Problem, headers?: Record<string, string>) =>
    errorAnswer(problem, requestId, headers);
  switch (failure.kind) {
    case 'error': {
      const { type, message = `Injected ${failure.type}.`, errorCode, retryAfterSeconds } = failure;
      return answer({ type, message, errorCode }, retryAfter(retryAfterSeconds));
    }
    case 'rate_limit': {
      const { retryAfterSeconds = 1, asDate } = failure;
      const headers = retryAfter(retryAfterSeconds, asDate ? nowMs : undefined);
      const message = 'This request would exceed your organization’s rate limit. Please try again later.';
      return answer({ type: 'rate_limit_error', message }, headers);
    }
    case 'tier_cap': {
      const { errorCode = 'enforced_spend_limit_reached' } = failure;
      return answer({ type: 'rate_limit_error', message: TIER_CAP_MESSAGE, errorCode });
    }
    case 'overloaded':
      return answer({ type: 'overloaded_error', message: 'Overloaded' });
    case 'spend_limit':
      return answer(SPEND_LIMIT);
    case 'billing':
      return answer({
        type: 'billing_error',
        message: 'Your credit balance is too low to access the Anthropic API.',
      });
    case 'unauthorized':
      return answer({ type: 'authentication_error', message: 'invalid x-api-key' });
    case 'too_large_html':
      return { status: 413, headers: { 'content-type': 'text/html' }, body: TOO_LARGE_PAGE };
    case 'status':
      return {
        status: failure.status,
        headers: { 'content-type': 'text/plain', ...failure.headers },
        body: failure.body ?? '',
      };
  }
}

/** How a loss's switch loses the answer. */
export function lostBy(loss: Loss): LostAnswer {
  return loss.kind === 'cut' ? { kind: 'cut', share: loss.share ?? 0.5 } : { kind: loss.kind };
}

function retryAfter(seconds: number | null | undefined, nowMs?: number): Record<string, string> {
  if (seconds == null) return {};
  const value = nowMs === undefined ? String(seconds) : new Date(nowMs + seconds * 1000).toUTCString();
  return { 'retry-after': value };
}
