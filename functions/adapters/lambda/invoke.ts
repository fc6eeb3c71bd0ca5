import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SignatureV4 } from '@smithy/signature-v4';
import { errorName, InvocationError } from '#core/errors.ts';
import { exponentialDelay } from '#core/time/backoff.ts';
import type { Sleep } from '#core/time/clock.ts';

const MAX_ATTEMPTS = 3;
const TIMEOUT_MS = 1_500;
/** Without jitter: a caller makes one invocation, and its few attempts meet nobody else's. */
const delayAfter = exponentialDelay(200);

/** Hands a function its event and does not wait for what it does with it. */
export type Invoke = (event: Readonly<Record<string, unknown>>) => Promise<void>;

export type InvokeOptions = {
  /** Who signs and where: what every client of the SDK has resolved in its `config`. */
  readonly aws: Pick<SecretsManagerClient['config'], 'region' | 'credentials' | 'sha256'>;
  readonly functionName: string;
  readonly sleep: Sleep;
  /**
   * Base URL of the Lambda API.
   * @default - that of the region
   */
  readonly endpoint?: string;
  /** The current trace, so that the invocation becomes part of it. */
  readonly traceId?: () => string | undefined;
};

/**
 * Makes the asynchronous invocation of one function without `@aws-sdk/client-lambda`, whose schemas of ninety
 * other calls would be a ninth of the bundle (see decision 7). Three attempts, 1.5 s each.
 *
 * @throws InvocationError from the invocation
 */
export function createAsyncInvoke(options: InvokeOptions): Invoke {
  const { aws, functionName, sleep } = options;
  const { credentials, sha256 } = aws;
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  return async (event) => {
    const region = await aws.region();
    const url = new URL(path, options.endpoint ?? regionalEndpoint(region));
    const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256 });
    const send = () => post(signer, url, JSON.stringify(event), options.traceId?.());
    for (let attempt = 1; ; attempt += 1) {
      const error = await send();
      if (error === undefined) return;
      if (!error.retryable || attempt === MAX_ATTEMPTS) throw error;
      await sleep(delayAfter(attempt));
    }
  };
}

/** One attempt; its error where there is one. */
async function post(
  signer: SignatureV4,
  url: URL,
  body: string,
  traceId: string | undefined,
): Promise<InvocationError | undefined> {
  try {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      body,
      headers: {
        host: url.host,
        'content-type': 'application/octet-stream',
        'x-amz-invocation-type': 'Event',
        ...(traceId && { 'x-amzn-trace-id': traceId }),
      },
    });
    const { host: _own, ...sent } = headers;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers: sent, body, signal, redirect: 'error' });
    await response.body?.cancel();
    return response.ok ? undefined : rejection(response);
  } catch (cause) {
    const name = errorName(cause);
    return new InvocationError(`Lambda could not be reached: ${name}.`, true, { cause });
  }
}

/** Throttling and faults of Lambda's own pass; what is wrong with the call does not. */
function rejection({ status, headers }: Response): InvocationError {
  const type = headers.get('x-amzn-errortype')?.split(':')[0] ?? `status ${status}`;
  return new InvocationError(`Lambda refused the invocation: ${type}.`, status === 429 || status >= 500);
}

function regionalEndpoint(region: string): string {
  return `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
