import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** Serves dynalite, in memory, until it is told to stop. Prints one line of JSON, `{"endpoint"}`, when it answers. */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
// The bench reads no more than the first line.
process.stdout.on('error', () => undefined);
