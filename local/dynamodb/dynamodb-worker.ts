import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import { guardServer } from '#local/guard/guard-server.ts';
import { serveFromWorker } from '#local/services/worker-service.ts';
import { openDynamodbStorage } from './dynamodb-storage.ts';

/** What the worker is started with. */
export type DynamodbWorkerData = {
  /** Where the data live; in memory where it is absent. */
  readonly path?: string;
  /** Who may call; everybody where it is absent. */
  readonly accessKey?: AccessKey;
};

/** What the worker tells when it is ready. */
export type DynamodbFacts = { readonly url: string };

await serveFromWorker<DynamodbWorkerData, DynamodbFacts>(async ({ path, accessKey }) => {
  const { server, close } = await openDynamodbStorage(path);
  server.keepAliveTimeout = 65_000;
  surviveLostCallers(server);
  guardServer(server, { aws: { key: accessKey } });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    facts: { url: `http://127.0.0.1:${port}` },
    close: async () => {
      await stopListening(server);
      await close();
    },
  };
});

/** dynalite throws what a request fails with, such as a caller that is killed while it sends: that would end us all. */
function surviveLostCallers(server: Server): void {
  server.on('request', (request) => {
    request.removeAllListeners('error');
    request.on('error', () => undefined);
  });
}

/** Not dynalite's own close, which also closes the database; keep-alive connections would hold it up. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    Server.prototype.close.call(server, () => resolve());
    server.closeAllConnections();
  });
}
