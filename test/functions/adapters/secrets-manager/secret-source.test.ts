import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { SecretUnavailableError, TokenUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';

const MINUTE_MS = 60_000;

/** Secrets Manager's answer to one read: the secret, or an error's name. */
type Answer = { secret?: unknown } | { error: string };

/** The real SDK client, whose wire is cut through: every read waits until the test answers it. */
function create() {
  const waiting: ((answer: Answer) => void)[] = [];
  let reads = 0;
  let clock = 1_700_000_000_000;
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => {
    lines.push(line);
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const client = new SecretsManagerClient({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async () => {
        reads += 1;
        const answer = await new Promise<Answer>((resolve) => waiting.push(resolve));
        return { response: responseOf(answer) };
      },
    },
  });
  const token = createTokenSource({ client, secretId: 'atom-sync/token', now: () => clock, log });
  /** Answers the oldest read that is under way, once there is one. */
  const answer = async (value: Answer) => {
    await expect.poll(() => waiting.length, { interval: 1 }).toBeGreaterThan(0);
    waiting.shift()!(value);
  };
  const answerLast = (value: Answer) => waiting.pop()!(value);
  return {
    token,
    answer,
    answerLast,
    lines,
    reads: () => reads,
    pass: (ms: number) => {
      clock += ms;
    },
    /** Asks and answers in one. */
    ask: async (secret: unknown, options?: { renew: boolean }) => {
      const result = token(options);
      await answer({ secret });
      return result;
    },
  };
}

function responseOf(answer: Answer) {
  const failed = 'error' in answer;
  const body = failed
    ? { __type: answer.error, message: 'Secrets Manager says no.' }
    : { Name: 'atom-sync/token', SecretString: answer.secret };
  return {
    statusCode: failed ? 400 : 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  };
}

describe('createSecretSource, of the marketplace’s token', () => {
  it.each([
    ['the bare token', 'abc.DEF-123'],
    ['the bare token with a line break', ' abc.DEF-123\n'],
    ['JSON', '{"token": "abc.DEF-123"}'],
    ['JSON with more in it', ' {"expires_at": "2026-03-01T00:00:00Z", "token": " abc.DEF-123 "}\n'],
  ])('reads %s', async (_, secret) => {
    expect(await create().ask(secret)).toBe('abc.DEF-123');
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['spaces', ' \n'],
    ['JSON without a token', '{"secret":"hush-hush"}'],
    ['JSON with an empty token', '{"token":"", "other":"hush-hush"}'],
    ['JSON with a token that is no text', '{"token":["hush-hush"]}'],
    ['broken JSON', '{"token":"hush-hush"'],
    ['a token with a space', 'hush-hush hush'],
    ['a token with a line break', 'hush-hush\r\nx: y'],
    ['a token that no header can carry', 'hush-hush-ü'],
  ])('says what to do and never what there was when the secret holds %s', async (_, secret) => {
    const source = create();
    const error = await source.ask(secret).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect((error as Error).message).toContain(
      'aws secretsmanager put-secret-value --secret-id <TokenSecretArn>',
    );
    expect(inspect([error, source.lines], { depth: 20, showHidden: true })).not.toContain('hush');
  });

  it.each([
    'AccessDeniedException',
    'DecryptionFailure',
    'InternalServiceError',
    'ResourceNotFoundException',
  ])('takes a secret that AWS does not give (%s) for no secret without a token', async (name) => {
    const source = create();
    const refused = source.token().catch((caught: unknown) => caught);
    await source.answer({ error: name });
    const error = (await refused) as SecretUnavailableError;
    expect(error).toBeInstanceOf(SecretUnavailableError);
    expect(error).toMatchObject({ code: 'secret_unavailable', retryable: true });
    expect(error.message).toContain(name);
    expect(error.message).not.toContain('put-secret-value');
    expect(error.cause).toMatchObject({ name });
    // It asks again the next time.
    expect(await source.ask('now-there')).toBe('now-there');
  });

  it('reads once in five minutes, counted from before the read', async () => {
    const source = create();
    const slow = source.token();
    source.pass(MINUTE_MS);
    await source.answer({ secret: 'first' });
    await slow;
    source.pass(4 * MINUTE_MS - 1);
    expect(await source.token()).toBe('first');
    expect(source.reads()).toBe(1);
    source.pass(1);
    expect(await source.ask('second')).toBe('second');
  });

  it('reads again when the clock was set back, rather than trust its cache for longer', async () => {
    const source = create();
    await source.ask('first');
    source.pass(-3_600_000);
    expect(await source.ask('second')).toBe('second');
  });

  it('lets concurrent callers share one read, and its failure too', async () => {
    const source = create();
    const callers = Array.from({ length: 10 }, () => source.token());
    await source.answer({ secret: 'first' });
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['first']));
    source.pass(6 * MINUTE_MS);
    const failing = Array.from({ length: 10 }, () => source.token().catch(() => 'failed'));
    await source.answer({ error: 'InternalServiceError' });
    expect(new Set(await Promise.all(failing))).toEqual(new Set(['failed']));
    expect(source.reads()).toBe(2);
  });
});

describe('a renewal', () => {
  it('reads past the cache, and everyone gets the new one from then on', async () => {
    const source = create();
    await source.ask('old');
    expect(await source.ask('new', { renew: true })).toBe('new');
    expect(await source.token()).toBe('new');
    expect(source.reads()).toBe(2);
    expect(source.lines).toEqual([['the marketplace token was read anew', { changed: true }]]);
  });

  it('is shared by all who want one while it is under way', async () => {
    const source = create();
    await source.ask('old');
    const renewals = Array.from({ length: 10 }, () => source.token({ renew: true }));
    await source.answer({ secret: 'new' });
    expect(new Set(await Promise.all(renewals))).toEqual(new Set(['new']));
    expect(source.reads()).toBe(2);
  });

  it('right after one that brought another token gets that one, without a read', async () => {
    const source = create();
    await source.ask('old');
    await source.ask('new', { renew: true });
    source.pass(999);
    expect(await source.token({ renew: true })).toBe('new');
    source.pass(1);
    expect(await source.ask('newest', { renew: true })).toBe('newest');
  });

  it('right after one that brought nothing new reads again', async () => {
    const source = create();
    await source.ask('old');
    await source.ask('old', { renew: true });
    expect(await source.ask('new', { renew: true })).toBe('new');
  });

  it('does not trust a plain read that began before it', async () => {
    const source = create();
    const plain = source.token();
    await expect.poll(source.reads, { interval: 1 }).toBe(1);
    const renewal = source.token({ renew: true });
    const joined = source.token();
    await source.answer({ secret: 'old' });
    await source.answer({ secret: 'new' });
    expect(await Promise.all([plain, renewal, joined])).toEqual(['old', 'new', 'new']);
    expect(source.reads()).toBe(2);
    expect(await source.token()).toBe('new');
  });

  it('is shared although an older plain read has ended meanwhile', async () => {
    const source = create();
    const plain = source.token();
    await expect.poll(source.reads, { interval: 1 }).toBe(1);
    const renewal = source.token({ renew: true });
    await expect.poll(source.reads, { interval: 1 }).toBe(2);
    await source.answer({ secret: 'old' });
    await plain;
    const another = source.token({ renew: true });
    await source.answer({ secret: 'new' });
    expect(await Promise.all([renewal, another])).toEqual(['new', 'new']);
    expect(source.reads()).toBe(2);
  });

  it('is not undone by an older read that is answered later', async () => {
    const source = create();
    const plain = source.token();
    await expect.poll(source.reads, { interval: 1 }).toBe(1);
    const renewal = source.token({ renew: true });
    await expect.poll(source.reads, { interval: 1 }).toBe(2);
    // The renewal's answer overtakes the plain read's.
    source.answerLast({ secret: 'new' });
    await renewal;
    await source.answer({ secret: 'old' });
    await plain;
    expect(await source.token()).toBe('new');
  });
});
