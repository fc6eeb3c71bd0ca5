import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, createBatch, resultsOf } from '#test/local/claude/claude-client.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const MAIN = fileURLToPath(new URL('../../../local/claude/main.ts', import.meta.url));

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  child.stderr.on('data', (data) => errors.push(String(data)));
  return { child, exited: once(child, 'exit'), errors };
}

async function ready({ child }: ReturnType<typeof run>) {
  const [line] = await once(child.stdout, 'data');
  const { url, apiKey } = JSON.parse(String(line)) as { url: string; apiKey: string };
  const through: typeof fetch = (input, init) =>
    fetch(String(input).replace('http://claude.test', url), init);
  return { url, apiKey, fetch: through };
}

describe('main', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints where it is, and stops cleanly on %s', async (signal) => {
    const started = run(['--api-key', 'sk-mine'], { API_KEY: 'sk-other' });
    const claude = await ready(started);
    expect(claude.apiKey).toBe('sk-mine');
    expect((await ask(claude, '/v1/models')).status).toBe(200);
    started.child.kill(signal);
    expect(await started.exited).toEqual([0, null]);
    expect(started.errors.join('')).toBe('');
  });

  it('finds its batches again after a kill', async () => {
    const args = ['--state-path', temporaryDirectory(), '--batch-seconds', '0'];
    const first = run(args);
    const id = await createBatch(await ready(first), 'one', 'two');
    first.child.kill('SIGKILL');
    await first.exited;

    const claude = await ready(run(args));
    const { body } = await ask(claude, `/v1/messages/batches/${id}`);
    expect(body.request_counts).toMatchObject({ succeeded: 2 });
    expect(await resultsOf(claude, id)).toHaveLength(2);
  });

  it('says what is wrong with its settings and exits with 1', async () => {
    const { exited, errors } = run([], { PORT: 'x', BATCH_SECONDS: '-1' });
    expect(await exited).toEqual([1, null]);
    expect(errors.join('')).toMatch(/cannot start\. PORT: .*BATCH_SECONDS: /);
  });
});
