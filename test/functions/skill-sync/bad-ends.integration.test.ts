import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectEqual, expectNoToken, recover } from './meet-fault.ts';
import { type Ground, type SyncSystem, startGround, startSystem } from './sync-system.ts';

const SEED = 20_260_219;

let ground: Ground;
let s: SyncSystem;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await s.stop();
});
afterAll(() => ground.stop());

async function listen(server: Server | HttpServer): Promise<string> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failing = (code: string) => async () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(`getaddrinfo ${code}`), { code }) });
};

describe('The skill sync, when there is no marketplace', () => {
  it('fails with the reason and keeps the cache when the connection is refused', async () => {
    s = await startSystem(ground);
    await s.sync();
    const closed = createTcpServer();
    const url = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const run = await s.syncFrom(url);
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'marketplace_unavailable', retryable: true },
    });
    expect(run.error?.message).toContain('ECONNREFUSED');
    await expectEqual(s);
    await recover(s);
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'CERT_HAS_EXPIRED'])(
    'fails with the reason and keeps the cache when there is %s',
    async (code) => {
      s = await startSystem(ground);
      await s.sync();
      const run = await s.syncFrom('https://marketplace.invalid', { fetch: failing(code) });
      expect(run).toMatchObject({ status: 'failed', error: { code: 'marketplace_unavailable' } });
      expect(run.error?.message).toContain(code);
      await expectEqual(s);
      await expectNoToken(s);
    },
  );
});

describe('The skill sync, when the marketplace answers bytes at random', () => {
  it('never crashes, never succeeds, never harms the cache', async () => {
    s = await startSystem(ground);
    await s.sync();
    let bytes: Uint8Array = new Uint8Array();
    let type = '';
    const http = await listen(
      createServer((_, response) => response.setHeader('content-type', type).end(bytes)),
    );
    const tcp = await listen(createTcpServer((socket) => socket.on('error', () => undefined).end(bytes)));
    const json = fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text));
    const listing = fc
      .record({
        skills: fc.jsonValue(),
        total: fc.jsonValue(),
        page: fc.jsonValue(),
        categories: fc.jsonValue(),
      })
      .map((value) => Buffer.from(JSON.stringify(value)));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 2_000 }), json, listing),
        fc.constantFrom('application/json', 'text/html', 'application/octet-stream'),
        fc.boolean(),
        async (garbage, contentType, isTcp) => {
          bytes = garbage;
          type = contentType;
          const run = await s.syncFrom(isTcp ? tcp : http);
          expect(run.status).toBe('failed');
          expect(run.error?.code).not.toBe('internal_error');
          expect(await s.cached()).toEqual(s.wanted());
        },
      ),
      { numRuns: 40, seed: SEED },
    );
    await recover(s);
    await expectNoToken(s);
  });
});

describe('The skill sync, when its table fails', () => {
  it('throws what happened when the table is missing: not even the record can be written', async () => {
    s = await startSystem(ground);
    await s.table.client.send(new DeleteTableCommand({ TableName: s.table.name }));
    await expect(s.sync()).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
    await expect(s.sync()).rejects.toThrow('ResourceNotFound');
    expect(s.marketplace.stats.requests).toBe(0);
  });

  it('throws when the table goes away in the middle', async () => {
    s = await startSystem(ground);
    s.marketplace.faults.add({
      kind: 'mutate',
      route: 'skills',
      page: 2,
      run: async () => {
        await s.table.client.send(new DeleteTableCommand({ TableName: s.table.name }));
      },
    });
    await expect(s.sync()).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});
