import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

const text = readFileSync('docs/runbook.md', 'utf8');
const examples = [...text.matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(([, script = '']) => script);
const hasCurl = ['curl', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasCurl) console.warn('curl or bash is missing: the calls of docs/runbook.md are not run');

describe.runIf(hasCurl)('The calls of docs/runbook.md', () => {
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
    const answered = script.replaceAll('curl -sS', 'curl -sS --fail-with-body');
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', answered], {
      env,
    });
    expect(stdout).toContain('"success":true');
  });
});
