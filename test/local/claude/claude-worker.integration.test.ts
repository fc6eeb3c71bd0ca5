import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClaudeFacts, ClaudeWorkerData } from '#local/claude/claude-worker.ts';
import { startWorkerService } from '#local/services/worker-service.ts';
import { ticketParams } from '#test/local/claude/claude-client.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const GERMAN =
  'Subject: Doppelt abgebucht\n\nDie Verlängerung wurde zweimal von unserem Konto abgebucht, Rechnung R-77 und noch eine. Bitte erstatten Sie eine davon.';

describe('The worker', () => {
  it('tells where it is and which key it accepts, and knows the issues of the generated tickets', async () => {
    const module = new URL('../../../local/claude/claude-worker.ts', import.meta.url);
    const statePath = temporaryDirectory();
    const data: ClaudeWorkerData = { statePath, batchSeconds: 1, latencyMs: 0 };
    const service = await startWorkerService<ClaudeFacts>('Claude', module, data);
    onTestFinished(service.close);
    const { url, apiKey } = service.facts;
    const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };

    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(ticketParams(GERMAN)),
    });
    const { content } = (await response.json()) as { content: { text: string }[] };
    expect(JSON.parse(content[0]!.text)).toMatchObject({
      statement: 'Renewals are charged twice',
      kind: 'billing',
      language: 'de',
    });
  });
});
