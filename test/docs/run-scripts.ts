import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, vi } from 'vitest';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

/** Whether the scripts of the documents can be run here. Says so in a line where they can't. */
export function canRunScripts(of: string): boolean {
  const hasCurl = ['curl', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  if (!hasCurl) console.warn(`curl or bash is missing: the scripts of ${of} are not run`);
  return hasCurl;
}

/** Runs a script as a reader of the document would, with the API's address and a token of each level. */
export type RunScript = (script: string) => Promise<{ readonly stdout: string; readonly stderr: string }>;

/** Serves the API with sample data to the tests of this block. What it logs is kept out of the tests' output. */
export function withServedApi(): RunScript {
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
  return (script) => {
    const env = { PATH: process.env.PATH, API: api.url, ...api.tokens };
    return promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], { env });
  };
}
