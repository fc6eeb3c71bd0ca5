import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, vi } from 'vitest';
import { MACHINE } from '#test/functions/adapters/jwt/token-issuer.ts';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

/** Whether the scripts of the documents can be run here. Says so in a line where they can't. */
export function canRunScripts(of: string): boolean {
  const hasCurl = ['curl', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  if (!hasCurl) console.warn(`curl or bash is missing: the scripts of ${of} are not run`);
  return hasCurl;
}

/**
 * Runs a script as a reader of the document would, with the API's address, a token of each level, and what a machine of
 * the level INTERN gets its tokens with.
 *
 * @param command what the script is given to. Default: bash, which stops at the first failure
 */
export type RunScript = (
  script: string,
  command?: readonly [program: string, ...before: string[]],
) => Promise<{ readonly stdout: string; readonly stderr: string }>;

const BASH = ['bash', '--norc', '-euo', 'pipefail', '-c'] as const;

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
  return (script, [program, ...before] = BASH) => {
    const machine = {
      TOKEN_URL: api.deployed.issuer.tokenUrl,
      CLIENT_ID: MACHINE.id,
      CLIENT_SECRET: MACHINE.secret,
    };
    const env = { PATH: process.env.PATH, API: api.url, ...api.tokens, ...machine };
    return promisify(execFile)(program, [...before, script], { env });
  };
}
