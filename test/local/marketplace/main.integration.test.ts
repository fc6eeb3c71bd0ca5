import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../local/marketplace/main.ts', import.meta.url));

function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  child.stderr.on('data', (data) => errors.push(String(data)));
  return { child, exited: once(child, 'exit'), errors };
}

describe('main', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints where it is, and stops cleanly on %s', async (signal) => {
    const { child, exited, errors } = run(['--skills', '7'], { SKILLS: '9', TOKEN: 'secret' });
    const [line] = await once(child.stdout, 'data');
    const { url, wsUrl, token } = JSON.parse(String(line));
    const answer = await fetch(`${url}/api/v1/skills`, { headers: { authorization: `Bearer ${token}` } });

    expect([wsUrl, token]).toEqual([`${url.replace('http', 'ws')}/ws`, 'secret']);
    expect(((await answer.json()) as { total: number }).total).toBe(7);
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(errors.join('')).toBe('');
  });

  it('says what is wrong with its settings and exits with 1', async () => {
    const { exited, errors } = run([], { PORT: 'x', CHURN: 'often' });
    expect(await exited).toEqual([1, null]);
    expect(errors.join('')).toMatch(/cannot start\. PORT: .*CHURN: /);
  });
});
