import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { AccessKey } from './aws-signature.ts';
import { guardServer } from './guard-server.ts';
import { serveFromWorker } from './worker-service.ts';

export type DynamodbWorkerData = {
  /** Where the data live; in memory where it is absent. */
  path?: string;
  /** Who may call; everybody where it is absent. */
  accessKey?: AccessKey;
};

export type DynamodbFacts = { url: string };

await serveFromWorker<DynamodbWorkerData, DynamodbFacts>(async ({ path, accessKey }) => {
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.keepAliveTimeout = 65_000;
  guardServer(server, { aws: { key: accessKey } });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    facts: { url: `http://127.0.0.1:${port}` },
    close: () =>
      new Promise<void>((resolve) => {
        // dynalite's close waits for the open connections and then for LevelDB; keep-alive ones would hold it up.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
});
