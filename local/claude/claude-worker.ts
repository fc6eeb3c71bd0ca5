import { serveFromWorker } from '#local/services/worker-service.ts';
import { startClaude } from './claude.ts';

/** What the worker is started with. */
export type ClaudeWorkerData = {
  /** Directory that keeps batches and payments over a restart. */
  readonly statePath: string;
  /** How long a batch takes, seconds. */
  readonly batchSeconds: number;
  /** Delay before every answer, milliseconds. */
  readonly latencyMs: number;
};

/** Where a running Claude stand-in is, and the key that it accepts. */
export type ClaudeFacts = { readonly url: string; readonly apiKey: string };

await serveFromWorker<ClaudeWorkerData, ClaudeFacts>(async ({ statePath, batchSeconds, latencyMs }) => {
  const claude = await startClaude({ statePath, settings: { batchSeconds, latencyMs } });
  const { url, apiKey } = claude;
  return { facts: { url, apiKey }, close: () => claude.close() };
});
