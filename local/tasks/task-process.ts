import { pathToFileURL } from 'node:url';

/**
 * The inside of a container: a process that runs a task's bundle, started by `container-task.ts` with the bundle's path
 * as its argument. The bundle knows nothing of it.
 */

/** How long the bundle may go on without the system around it. */
const ORPHAN_GRACE_MS = 20_000;

const [, , bundle = ''] = process.argv;
// To the bundle it looks as if it had been started by itself.
process.argv.splice(1, 2, bundle);

// The other side is gone, be it by kill -9: nobody is left who could stop this process.
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
// Whoever read the output may be gone first; what the bundle still has to do is worth more than its log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

await import(pathToFileURL(bundle).href);
