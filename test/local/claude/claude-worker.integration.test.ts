import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClaudeFacts, ClaudeWorkerData } from '#local/claude/claude-worker.ts';
import { startWorkerService } from '#local/services/worker-service.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

describe('The worker', () => {
  it('tells where it is and which key it accepts', async () => {
    const module = new URL('../../../local/claude/claude-worker.ts', import.meta.url);
    const statePath = temporaryDirectory();
    const data: ClaudeWorkerData = { statePath, batchSeconds: 1, latencyMs: 0, knownIssues: [] };
    const service = await startWorkerService<ClaudeFacts>('Claude', module, data);
    onTestFinished(service.close);
    const { url, apiKey } = service.facts;
    const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };

    expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
  });
});
