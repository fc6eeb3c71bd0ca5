import { serveFromWorker } from '#local/services/worker-service.ts';
import { GROWING_INCIDENT, PLANTED_ISSUES } from '#local/zendesk/generate/issue-texts.ts';
import type { KnownIssue } from './analyser/known-issues.ts';
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

/** A model understands what the generated tickets are about in every language; rules have to be given it. */
const KNOWN_ISSUES: readonly KnownIssue[] = [...PLANTED_ISSUES, GROWING_INCIDENT].map(
  ({ title, wordings }) => ({ statement: title, wordings: Object.values(wordings).flat() }),
);

await serveFromWorker<ClaudeWorkerData, ClaudeFacts>(async ({ statePath, batchSeconds, latencyMs }) => {
  const settings = { batchSeconds, latencyMs };
  const claude = await startClaude({ statePath, knownIssues: KNOWN_ISSUES, settings });
  const { url, apiKey } = claude;
  return { facts: { url, apiKey }, close: () => claude.close() };
});
