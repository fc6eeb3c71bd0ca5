import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operations } from './operations.ts';
import { serveApi } from './serve-api.ts';

const text = readFileSync('docs/api.md', 'utf8');
const examples = [...text.matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(([, script = '']) => script);
const hasCurl = ['curl', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasCurl) console.warn('curl or bash is missing: the examples of docs/api.md are not run');

describe('docs/api.md', () => {
  it('lists every route with its level, and no other', () => {
    const rows = [...text.matchAll(/^\| `((?:GET|PUT|POST|PATCH|DELETE) [^`]+)` +\| (\w+) +\|/gm)];
    expect(Object.fromEntries(rows.map(([, route, level]) => [route, level]))).toEqual(
      Object.fromEntries(operations.map(({ name, level }) => [name, level])),
    );
  });

  it('has an example of every route', () => {
    const calls = examples.join('').replaceAll('\\\n', ' ').split('\n');
    for (const { method, path, name } of operations) {
      const address = new RegExp(`\\$API${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/"?]+')}[?"]`);
      const own = calls.filter((call) => address.test(call));
      const ofMethod = own.filter((call) => (/ -X (\w+)/.exec(call)?.[1] ?? 'GET') === method);
      expect(ofMethod, name).not.toEqual([]);
    }
  });
});

describe.runIf(hasCurl)('The examples of docs/api.md', () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  beforeAll(async () => {
    const { write } = process.stdout;
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest) =>
      /"level"|"_aws"/.test(String(chunk)) ? true : write.call(process.stdout, chunk, ...(rest as [])),
    );
    api = await serveApi();
  });
  afterAll(async () => {
    await api.stop();
    vi.restoreAllMocks();
  });

  it.each(examples.map((script) => ({ script })))('run: $script', async ({ script }) => {
    const env = { PATH: process.env.PATH, API: api.url, ...api.tokens };
    const run = promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], { env });

    const { stdout, stderr } = await run;
    expect(stdout).not.toBe('');
    expect(stderr.replace(/^curl: \(22\).*\n/m, '')).toBe('');
  });
});
