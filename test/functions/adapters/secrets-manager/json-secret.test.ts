import { Readable } from 'node:stream';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createJsonSecret } from '#adapters/secrets-manager/json-secret.ts';
import { AtomSyncError, SecretUnavailableError } from '#core/errors.ts';

class NotConfigured extends AtomSyncError {
  override readonly name = 'NotConfigured';
  readonly code = 'not_configured';
  readonly retryable = false;
}

const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** The port over the real SDK client, whose wire is cut through; `text` is what the secret holds. */
function create(text: string | undefined, options: { own?: boolean; status?: number } = {}) {
  let reads = 0;
  let clock = 1_700_000_000_000;
  const client = new SecretsManagerClient({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async () => {
        reads += 1;
        const body = options.status ? { __type: 'AccessDeniedException' } : { SecretString: text };
        return {
          response: {
            statusCode: options.status ?? 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: Readable.from([Buffer.from(JSON.stringify(body))]),
          },
        };
      },
    },
  });
  const source = createJsonSecret({
    client,
    secretId: 'atom-sync/claude',
    now: () => clock,
    log,
    content: 'key of Claude',
    remedy: 'Put it in.',
    schema: z.object({ api_key: z.string() }),
    ...(options.own && { unavailable: (message) => new NotConfigured(message) }),
  });
  return {
    source,
    reads: () => reads,
    pass: (ms: number) => {
      clock += ms;
    },
  };
}

describe('createJsonSecret', () => {
  it('reads the JSON in the secret and keeps it for five minutes', async () => {
    const { source, reads, pass } = create(' {"api_key": "sk-1", "note": "by Ann"}\n');
    expect(await source()).toEqual({ api_key: 'sk-1' });
    pass(299_999);
    await source();
    expect(reads()).toBe(1);
    pass(1);
    await source();
    expect(reads()).toBe(2);
    await source({ renew: true });
    expect(reads()).toBe(3);
  });

  it('reads an empty value as it is: whether it will do is not for the secret to say', async () => {
    expect(await create('{"api_key": ""}').source()).toEqual({ api_key: '' });
  });

  it.each([['no JSON: sk-1'], ['{"api_key": 1}'], ['[]'], [''], [undefined]])(
    'refuses %s and does not quote it',
    async (text) => {
      const error = await create(text)
        .source()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SecretUnavailableError);
      expect(error).toMatchObject({
        code: 'secret_unavailable',
        retryable: false,
        message: 'The secret holds no usable key of Claude. Put it in.',
      });
    },
  );

  it('names what kept it from reading', async () => {
    await expect(create('', { status: 400 }).source()).rejects.toThrow(
      "The secret with the key of Claude can't be read (AccessDeniedException). See that it is there, that its reader may read it",
    );
  });

  it('fails with an error of the caller’s own where there is one', async () => {
    await expect(create('', { own: true }).source()).rejects.toBeInstanceOf(NotConfigured);
  });
});
