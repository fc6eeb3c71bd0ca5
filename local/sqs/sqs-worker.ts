import { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import { guardServer } from '#local/guard/guard-server.ts';
import { serveFromWorker } from '#local/services/worker-service.ts';
import { prepareSqsDatabase, receiveInOneTransaction } from './sqs-database.ts';

/** What the worker is started with. */
export type SqsWorkerData = {
  /** Directory of the SQLite file; in memory where it is absent. */
  readonly dataDir?: string;
  readonly region: string;
  /** Who may call; everybody where it is absent. */
  readonly accessKey?: AccessKey;
};

/** What the worker tells when it is ready. */
export type SqsFacts = { readonly url: string };

await serveFromWorker<SqsWorkerData, SqsFacts>(async ({ dataDir, region, accessKey }) => {
  listenOnLoopbackOnly((server) => guardServer(server, { aws: { key: accessKey } }));
  if (dataDir !== undefined) prepareSqsDatabase(dataDir);
  const { startFauxqs } = await import('fauxqs');
  await receiveInOneTransaction();
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: region, dataDir });
  return { facts: { url: `http://127.0.0.1:${server.port}` }, close: () => server.stop() };
});

/**
 * fauxqs binds 0.0.0.0 and has no option for it; queues that anybody in the same network may read and fill are not
 * for a laptop in a café. The patch lives in this worker alone. Its server is nowhere to be had but here.
 */
function listenOnLoopbackOnly(beforeListening: (server: HttpServer) => void): void {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    const [options, ...rest] = args;
    if (this instanceof HttpServer) beforeListening(this);
    const narrowed =
      typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
    return Reflect.apply(listen, this, [narrowed, ...rest]);
  };
}
