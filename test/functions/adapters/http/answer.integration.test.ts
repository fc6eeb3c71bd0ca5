import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MalformedAnswerError, MarketplaceUnavailableError } from '#core/errors.ts';
import type { Sleep } from '#core/time/clock.ts';
import { failure } from '#test/functions/adapters/marketplace/harness.ts';
import {
  connect,
  OK,
  realSleep,
  serve,
  simulate,
} from '#test/functions/adapters/marketplace/real-servers.ts';

describe('the body', () => {
  const answer = (chunks: (string | Buffer)[], headers: Record<string, string> = {}) =>
    serve((_, response) => {
      response.writeHead(200, headers);
      for (const chunk of chunks) response.write(chunk);
      response.end();
    });

  it('may begin with a byte order mark, be compressed, and be split inside a character', async () => {
    const text = Buffer.from(OK.replace('[]', '["ü"]'));
    const split = text.indexOf(0xc3) + 1;
    const servers = [
      await answer(['\ufeff', OK]),
      await answer([gzipSync(OK)], { 'content-encoding': 'gzip', 'content-type': 'application/json' }),
      await answer([text.subarray(0, split), text.subarray(split)]),
    ];
    for (const server of servers) {
      expect((await connect(server).marketplace.listSkills(1, 10)).total).toBe(0);
    }
  });

  it.each([
    ['nothing', ''],
    ['invalid UTF-8', Buffer.from(OK.replace('[]', '["\xc3\x28"]'), 'latin1')],
    ['UTF-16', Buffer.from(`\ufeff${OK}`, 'utf16le')],
    ['two documents', OK + OK],
    ['NaN', OK.replace('"total":0', '"total":NaN')],
  ])('is malformed when it is %s', async (_, body) => {
    const error = await failure(connect(await answer([body])).marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(MalformedAnswerError);
  });

  it('is refused beyond the limit, as announced, as it comes and as it unpacks, and let go', async () => {
    const big = JSON.stringify({ skills: ['x'.repeat(300_000)], total: 1 });
    const servers = [
      await answer([big], { 'content-length': String(big.length) }),
      await answer([big.slice(0, 150_000), big.slice(150_000)]),
      await answer([gzipSync(big)], { 'content-encoding': 'gzip' }),
    ];
    for (const server of servers) {
      const { marketplace } = connect(server, { maxResponseBytes: 100_000 });
      const error = await failure(marketplace.listSkills(1, 10));
      expect(error).toBeInstanceOf(MalformedAnswerError);
      expect((error as Error).message).toContain('larger than 100000 bytes');
      // One that was received in full before it was refused may serve again.
      await expect.poll(() => server.seen.open.size).toBeLessThanOrEqual(1);
    }
  });

  it('has to be there in full before the time-out, however it drips', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    });
    const { marketplace } = connect(server, { timeoutMs: 150 });
    const startedAt = performance.now();
    const error = await failure(marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(MarketplaceUnavailableError);
    expect((error as Error).message).toContain('it had not answered in full after 150 ms');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    await expect.poll(() => server.seen.open.size).toBe(0);
  });
});

describe('connections', () => {
  it('are given back after every kind of answer, and one is used again and again', async () => {
    let turn = 0;
    const server = await serve((_, response) => {
      turn += 1;
      response.writeHead(turn % 2 === 0 ? 200 : 500).end(turn % 2 === 0 ? OK : 'x'.repeat(200_000));
    });
    const { marketplace } = connect(server);
    for (let round = 0; round < 40; round += 1) await marketplace.listSkills(1, 10);
    expect(server.seen.requests).toBe(80);
    await expect.poll(() => server.seen.open.size).toBeLessThanOrEqual(2);
  });

  it('are closed, and no timer stays, when the caller aborts in the middle of a body', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('{');
    });
    const controller = new AbortController();
    let timers = 0;
    const sleep: Sleep = (ms, signal) => {
      timers += 1;
      return realSleep(ms, signal).finally(() => {
        timers -= 1;
      });
    };
    const result = failure(connect(server, { sleep }).marketplace.listSkills(1, 10, controller.signal));
    await expect.poll(() => server.seen.open.size).toBe(1);
    expect(timers).toBe(1);
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await result).toBe(reason);
    await expect.poll(() => server.seen.open.size).toBe(0);
    expect(timers).toBe(0);
  });

  it('leave no listener behind on a signal that many calls share', async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown) => warnings.push(warning);
    process.on('warning', listen);
    const server = await simulate();
    const { marketplace } = connect(server, { limits: { perMinute: 1000, concurrent: 10 } });
    const signal = new AbortController().signal;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...input: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, input);
    };
    signal.removeEventListener = (...input: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, input);
    };
    await Promise.all(Array.from({ length: 60 }, () => marketplace.listSkills(1, 10, signal)));
    expect(listeners).toBe(0);
    expect(warnings).toEqual([]);
    process.off('warning', listen);
  });
});
