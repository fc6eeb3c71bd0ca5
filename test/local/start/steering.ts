import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import threads from 'node:worker_threads';

/** What a test does to a run of `npm start` from inside. */
export type Steering =
  /** Ends every thread of this module. */
  | { end: string }
  /** Rejects a promise that nobody waits for. */
  | { reject: string };

/** Loaded before `local/main.ts` (`--import`): does what the parent sends. Threads load it too, and have no parent. */
if (threads.isMainThread && process.argv[1]?.endsWith('local/main.ts')) {
  const workers = new Map<threads.Worker, string>();
  class Recorded extends threads.Worker {
    constructor(...[module, options]: ConstructorParameters<typeof threads.Worker>) {
      super(module, options);
      workers.set(this, basename(String(module)));
      this.once('exit', () => workers.delete(this));
    }
  }
  threads.Worker = Recorded;
  syncBuiltinESMExports();
  process.on('message', (message: Steering) => {
    if ('reject' in message) void Promise.reject(new Error(message.reject));
    else for (const [worker, module] of workers) if (module === message.end) void worker.terminate();
  });
  // The parent steers while it likes; that is no reason to stay.
  process.channel?.unref();
}
