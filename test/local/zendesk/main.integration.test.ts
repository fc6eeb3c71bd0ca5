import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { basic, EXPORT, toAnswer } from './zendesk-client.ts';

const MAIN = fileURLToPath(new URL('../../../local/zendesk/main.ts', import.meta.url));

function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  child.stderr.on('data', (data) => errors.push(String(data)));
  return { child, exited: once(child, 'exit'), errors };
}

describe('main', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints where it is, and stops cleanly on %s', async (signal) => {
    const args = ['--tickets', '7', '--sandbox', 'atom1234', '--arrival-every-ms', '60000'];
    const { child, exited, errors } = run(args, { TICKETS: '9' });
    const [line] = await once(child.stdout, 'data');
    const { url, sandboxUrl, email, apiToken, ...facts } = JSON.parse(String(line));
    expect(facts).toEqual({ subdomain: 'atom', clientId: 'atom-sync', clientSecret: 'local-zendesk-secret' });
    const counts = [];
    for (const base of [url, sandboxUrl]) {
      const response = await fetch(`${base}${EXPORT}?start_time=0`, { headers: basic(email, apiToken) });
      counts.push((await toAnswer(response)).body.tickets.length);
    }
    expect(counts).toEqual([7, 50]);
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(errors.join('')).toBe('');
  });

  it.each([
    [{ PORT: 'x', SUBDOMAIN: 'NO' }, /cannot start\. PORT: .*SUBDOMAIN: /],
    [{ TICKETS: '/nowhere' }, /cannot start\. The ticket file \/nowhere can't be used/],
  ])('says what is wrong with %j and exits with 1', async (env, message) => {
    const { exited, errors } = run([], env as Record<string, string>);
    expect(await exited).toEqual([1, null]);
    expect(errors.join('')).toMatch(message);
  });
});
